package guard

import "math"

// clock marks a time of day in hours.
func (s *scanner) clock(n numeral, v float64) int {
	if h := math.Floor(v); s.toks[n.from].hi-s.toks[n.from].lo > 3 && !s.toks[n.from].is(isClock) {
		if m := math.Round((v - h) * 100); m < 60 { // 6.15 am
			v = h + m/60
		}
	}
	m := mark{kind: markClock, val: v, raw: v}
	if n.to < len(s.toks) && s.toks[n.to].lex.class&clocked != 0 {
		switch s.toks[n.to].first {
		case 'p':
			if v < 12 {
				m.val += 12
			}
			m.flags |= hasAmPm
		case 'a':
			if v >= 12 {
				m.val -= 12
			}
			m.flags |= hasAmPm
		}
		n.to++
	}
	if v >= 13 {
		m.flags |= hasAmPm
	}
	s.take(n.from, n.to)
	s.mark(m, n.from, n.to)
	return n.to
}
