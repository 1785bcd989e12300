package guard

// How much two texts must share before a word that one of them has counts as
// the difference between them: the shares of all their words, measured on
// labelled pairs (see TestData).
const (
	nearNegation   = 0.6
	nearAntonym    = 0.5
	nearQuantifier = 0.7
	nearName       = 0.3
	nearAsked      = 0.3
)

// negationDiffers: one text denies a word that the other affirms.
func negationDiffers(p pair) (a, b piece, ok bool) {
	x, y := p.a.of(markNegation), p.b.of(markNegation)
	if len(x)%2 == len(y)%2 || p.overlap() < nearNegation {
		return a, b, false
	}
	if len(x) > len(y) {
		return x[len(y)].piece, piece{}, true
	}
	return piece{}, y[len(x)].piece, true
}

// antonymDiffers: one text has a word, the other its opposite, and neither
// has both; negation on one side alone would make them one again.
func antonymDiffers(p pair) (a, b piece, ok bool) {
	xs, ys := p.a.of(markPole), p.b.of(markPole)
	if len(xs) == 0 || len(ys) == 0 || len(p.a.of(markNegation))%2 != len(p.b.of(markNegation))%2 {
		return a, b, false
	}
	if p.overlap() < nearAntonym {
		return a, b, false
	}
	for i := range xs {
		if hasPole(xs, -xs[i].id) || hasPole(ys, xs[i].id) || p.b.has(xs[i].key) {
			continue
		}
		for j := range ys {
			if ys[j].id == -xs[i].id && !p.a.has(ys[j].key) {
				return xs[i].piece, ys[j].piece, true
			}
		}
	}
	return a, b, false
}

func hasPole(ms []mark, id int16) bool {
	for i := range ms {
		if ms[i].id == id {
			return true
		}
	}
	return false
}

func quantifierDiffers(p pair) (a, b piece, ok bool) {
	if p.overlap() < nearQuantifier {
		return a, b, false
	}
	x, y, ok := p.bothUnmatched(markQuantifier, sameID)
	if !ok {
		return a, b, false
	}
	return x.piece, y.piece, true
}

// nameDiffers: each text names something that the other does not know.
func nameDiffers(p pair) (a, b piece, ok bool) {
	if p.overlap() < nearName {
		return a, b, false
	}
	x, y, ok := p.bothUnmatched(markName, nameIn)
	if !ok {
		return a, b, false
	}
	return x.piece, y.piece, true
}

// nameIn reports whether g has the name m, spelled alike or as an acronym.
func nameIn(m *mark, f, g *Facts) bool {
	if g.has(m.key) {
		return true
	}
	w := m.piece.of(f.text)
	ns := g.of(markName)
	for i := range ns {
		if alike(w, ns[i].piece.of(g.text)) {
			return true
		}
	}
	if m.flags&upperName != 0 && len(w) <= 6 && hasInitials(g, w) {
		return true
	}
	return false
}

// hasInitials reports whether words in a row begin with the letters of w.
func hasInitials(g *Facts, w string) bool {
	for i := range g.seq {
		k := 0
		for j := i; j < len(g.seq) && k < len(w); j++ {
			if g.seq[j] == 0 {
				continue
			}
			first := byte(g.seq[j]>>26&31) + 'a' - 1
			if first != w[k]|0x20 {
				break
			}
			k++
		}
		if k == len(w) && k > 1 {
			return true
		}
	}
	return false
}

// alike reports whether two names are one but for case and a typing error:
// two letters in long ones.
func alike(a, b string) bool {
	if len(a) > 24 || len(b) > 24 || len(a) < 4 || len(b) < 4 {
		return false
	}
	limit := 1
	if min(len(a), len(b)) >= 7 {
		limit = 2
	}
	return editDistance(a, b, limit) <= limit
}

// editDistance is that of Levenshtein over bytes in lower case, or more than
// limit.
func editDistance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var row [25]uint8
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

// languageDiffers: another language is asked for, or one is on one side only.
func languageDiffers(p pair) (a, b piece, ok bool) {
	if x, y, ok := p.bothUnmatched(markLanguage, sameID); ok {
		return x.piece, y.piece, true
	}
	if p.overlap() < nearAsked {
		return a, b, false
	}
	if x := unmatched(p.a, p.b, markLanguage, sameID); x != nil && x.flags&asked != 0 && x.id != 1 {
		return x.piece, b, true
	}
	if y := unmatched(p.b, p.a, markLanguage, sameID); y != nil && y.flags&asked != 0 && y.id != 1 {
		return a, y.piece, true
	}
	return a, b, false
}

func formatDiffers(p pair) (a, b piece, ok bool) {
	x, y, ok := p.bothUnmatched(markFormat, sameID)
	if !ok {
		return a, b, false
	}
	return x.piece, y.piece, true
}
