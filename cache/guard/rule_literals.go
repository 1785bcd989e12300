package guard

import "strings"

// identIn reports whether g has the identifier m, or all words of it.
func identIn(m *mark, f, g *Facts) bool {
	if sameKey(m, f, g) {
		return true
	}
	if w := m.piece.of(f.text); len(w) < 3 || w[0] == '-' && w[1] != '-' {
		return false
	}
	if m.isFlag(f) && hasFlag(g) {
		return false // --force is no part of --force-with-lease
	}
	return hasAll(f, m, g)
}

func (m *mark) isFlag(f *Facts) bool { return strings.HasPrefix(m.piece.of(f.text), "-") }

func hasFlag(f *Facts) bool {
	ms := f.of(markIdent)
	for i := range ms {
		if ms[i].isFlag(f) {
			return true
		}
	}
	return false
}

// codeDiffers: each text has code that the other lacks, or an operator has
// another in its place, between the same two operands.
func codeDiffers(p pair) (a, b piece, ok bool) {
	if x, y, ok := p.bothUnmatched(markCode, codeIn); ok {
		return x.piece, y.piece, true
	}
	xs, ys := p.a.of(markOperator), p.b.of(markOperator)
	for i := range xs {
		for j := range ys {
			if p.sameOperands(&xs[i], &ys[j]) && xs[i].key != ys[j].key && !p.b.hasOperator(p.a, &xs[i]) && !p.a.hasOperator(p.b, &ys[j]) {
				return xs[i].piece, ys[j].piece, true
			}
		}
	}
	return a, b, false
}

// sameOperands reports whether an operator of a and one of b stand between
// the same words.
func (p pair) sameOperands(x, y *mark) bool { return operandsOf(p.a, x) == operandsOf(p.b, y) }

func operandsOf(f *Facts, m *mark) [2]uint32 {
	return [2]uint32{f.seq[m.from] & hashMask, f.seq[m.to-1] & hashMask}
}

// hasOperator reports whether f has the operator m of g between the same
// words.
func (f *Facts) hasOperator(g *Facts, m *mark) bool {
	ms := f.of(markOperator)
	for i := range ms {
		if ms[i].key == m.key && operandsOf(f, &ms[i]) == operandsOf(g, m) {
			return true
		}
	}
	return false
}

// codeIn reports whether g has the code m within some code of its own.
func codeIn(m *mark, f, g *Facts) bool {
	if sameKey(m, f, g) {
		return true
	}
	ms := g.of(markCode)
	for i := range ms {
		if contains(f, m, g, &ms[i]) {
			return true
		}
	}
	return false
}

// contains reports whether the words of one mark stand in the other, in a
// row: either may be the longer one.
func contains(f *Facts, m *mark, g *Facts, n *mark) bool {
	return inRow(f.words(m), g.words(n)) || inRow(g.words(n), f.words(m))
}

func (f *Facts) words(m *mark) []uint32 { return f.seq[m.from:min(int(m.to), len(f.seq))] }

// inRow reports whether the words of short stand in long in a row.
func inRow(short, long []uint32) bool {
	for i := range long {
		if startsWith(long[i:], short) {
			return true
		}
	}
	return len(short) == 0
}

func startsWith(long, short []uint32) bool {
	for i := 0; ; {
		for i < len(short) && short[i] == 0 {
			i++
		}
		if i == len(short) {
			return true
		}
		j := 0
		for j < len(long) && long[j] == 0 {
			j++
		}
		if j == len(long) || long[j]&hashMask != short[i]&hashMask {
			return false
		}
		long = long[j+1:]
		i++
	}
}

// quoteDiffers: each text quotes what the other does not say.
func quoteDiffers(p pair) (a, b piece, ok bool) {
	x, y, ok := p.bothUnmatched(markQuote, quoteIn)
	if !ok {
		return a, b, false
	}
	return x.piece, y.piece, true
}

// quoteIn reports whether the words of the quotation m stand in g, within
// quotation marks or not.
func quoteIn(m *mark, f, g *Facts) bool {
	return inRow(f.words(m), g.seq) || len(g.of(markQuote)) == 0 && hasAll(f, m, g)
}
