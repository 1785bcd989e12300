package guard

import (
	"math"
	"strconv"
)

// number reads digits with thousands separators and a decimal point, an
// ordinal ending, a clock time, a hexadecimal number or a dotted version.
func (s *scanner) number(i int) int {
	end := s.limit()
	t := token{lo: int32(i), flags: isNumber}
	if s.start {
		t.flags |= isStart
		s.start = false
	}
	j := i
	if i+2 < end && s.text[i] == '0' && s.text[i+1]|0x20 == 'x' {
		for j = i + 2; j < end && isHex(s.text[j]); {
			j++
		}
		if v, err := strconv.ParseUint(s.text[i+2:j], 16, 53); err == nil {
			return s.pushNumber(t, j, float64(v))
		}
		j = i
	}
	var v float64
	digits, dots := 0, 0
	place := 0.0
	for j < end {
		c := s.text[j]
		switch {
		case isDigit(c):
			if place == 0 {
				v = v*10 + float64(c-'0')
			} else {
				v += float64(c-'0') * place
				place /= 10
			}
			digits++
			j++
			continue
		case c == ',' && dots == 0 && groupFollows(s.text[j:end], digits):
			j++
			continue
		case c == '.' && j+1 < end && isDigit(s.text[j+1]):
			dots++
			if place != 0 {
				break
			}
			place = 0.1
			j++
			continue
		}
		break
	}
	if dots > 1 { // a version; its digits are no number
		for j < end && (isDigit(s.text[j]) || s.text[j] == '.' && j+1 < end && isDigit(s.text[j+1])) {
			j++
		}
		t.hi = int32(j)
		t.flags |= isVersion
		t.raw = hashString(s.text[i:j])
		t.hash = t.raw
		s.push(t)
		return j
	}
	// Decimal digits were added one by one; parse them as written.
	if dots == 1 {
		if f, err := strconv.ParseFloat(stripCommas(s.text[i:j]), 64); err == nil {
			v = f
		}
	}
	if j+2 < end && s.text[j] == ':' && isDigit(s.text[j+1]) && isDigit(s.text[j+2]) && v < 25 && dots == 0 {
		m := float64(s.text[j+1]-'0')*10 + float64(s.text[j+2]-'0')
		if m < 60 && (j+3 >= end || !isWordByte(s.text[j+3]) || isLetterByte(s.text[j+3])) {
			t.flags |= isClock
			return s.pushNumber(t, j+3, v+m/60)
		}
	}
	if j+1 < end && ordinalEnding(s.text[j:min(end, j+2)]) && (j+2 >= end || !isWordByte(s.text[j+2])) {
		t.flags |= isOrdinal
		return s.pushNumber(t, j+2, v)
	}
	return s.pushNumber(t, j, v)
}

func (s *scanner) pushNumber(t token, hi int, v float64) int {
	t.hi = int32(hi)
	t.val = v
	t.raw = hashNumber(v)
	t.hash = t.raw
	s.push(t)
	return hi
}

// hashNumber hashes a value, so that 5,000 and 5000.0 are one.
func hashNumber(v float64) uint32 {
	b := math.Float64bits(v)
	h := uint32(fnvBasis)
	for range 8 {
		h = (h ^ uint32(b&0xff)) * fnvPrime
		b >>= 8
	}
	return h
}

func groupFollows(s string, digits int) bool {
	if digits < 1 {
		return false
	}
	for len(s) > 3 && s[0] == ',' && isDigit(s[1]) && isDigit(s[2]) {
		if isDigit(s[3]) {
			return len(s) == 4 || !isDigit(s[4])
		}
		s = s[3:] // 1,00,000
	}
	return false
}

func stripCommas(s string) string {
	for i := range len(s) {
		if s[i] == ',' {
			return stripCommas(s[:i] + s[i+1:])
		}
	}
	return s
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func ordinalEnding(s string) bool {
	switch s {
	case "st", "nd", "rd", "th", "ST", "ND", "RD", "TH":
		return true
	}
	return false
}
