package guard

// alike reports whether two names are one but for case, an ending or a typing
// error. Short names that differ by a letter are two (Iran, Iraq), and so are
// capitalised ones that differ by two (Austria, Australia). rare says that one
// of them is in small letters.
func alike(a, b string, rare bool) bool {
	n := min(len(a), len(b))
	if max(len(a), len(b)) > maxName || n < 2 {
		return false
	}
	p := commonPrefix(a, b)
	if p == n && nameEnding(a[p:]+b[p:]) || n >= 4 && mistyped(a, b, p) {
		return true
	}
	limit := 0
	switch {
	case rare && n >= 8:
		limit = 2
	case rare && n >= 5 || n >= 7:
		limit = 1
	}
	if rare && n >= 5 && p*10 >= n*7 {
		return true // dorm, dormitory
	}
	return editDistance(a, b, limit) <= limit
}

// nameEnding reports whether an ending makes of a name another form of it.
func nameEnding(s string) bool {
	switch s {
	case "", "s", "'s", "es", "n", "ns", "an", "ans", "ian", "ians", "i", "is", "ic", "ese", "ish", "ist", "ists", "ism":
		return true
	}
	return false
}

// mistyped reports whether two names that part behind p letters are one but
// for two letters that have changed places, or one written twice.
func mistyped(a, b string, p int) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	switch len(a) - len(b) {
	case 0:
		return len(a)-p > 1 && a[p]|0x20 == b[p+1]|0x20 && a[p+1]|0x20 == b[p]|0x20 && commonPrefix(a[p+2:], b[p+2:]) == len(a)-p-2
	case 1:
		return p > 0 && a[p]|0x20 == a[p-1]|0x20 && commonPrefix(a[p+1:], b[p:]) == len(b)-p
	}
	return false
}

// maxName is the longest name that is looked at for typing errors.
const maxName = 24

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n]|0x20 == b[n]|0x20 {
		n++
	}
	return n
}

// editDistance is that of Levenshtein over bytes in lower case, or more than
// limit.
func editDistance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var row [maxName + 1]uint8
	for j := range len(b) + 1 {
		row[j] = uint8(j)
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = uint8(i + 1)
		for j := range len(b) {
			cost := diagonal
			if a[i]|0x20 != b[j]|0x20 {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return int(row[len(b)])
}
