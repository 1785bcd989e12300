package guard

import "slices"

// How much two texts must share before a word that one of them has counts as
// the difference between them: the share of all their words, measured on
// labelled pairs (see TestData).
const (
	nearNegation   = 0.65
	nearAdded      = 0.85
	nearWith       = 0.2
	nearQuantifier = 0.75
	nearAsked      = 0.3
)

// negationDiffers: one text denies a word that the other affirms, or texts
// that are nearly one differ by a negation alone. An even number of them on
// each side is no difference: two denials affirm.
func negationDiffers(p pair) (a, b piece, ok bool) {
	if p.a.corrects || p.b.corrects {
		return a, b, false
	}
	x, y := denials(p.a, p.b), denials(p.b, p.a)
	overlap := p.overlap()
	if m := withheld(p.a, p.b); m != nil && overlap >= nearWith {
		return m.piece, b, true
	}
	if m := withheld(p.b, p.a); m != nil && overlap >= nearWith {
		return a, m.piece, true
	}
	if x%2 == y%2 || overlap < nearNegation || excepts(p.a) || excepts(p.b) {
		return a, b, false
	}
	if x > y {
		if m := denied(p.a, p.b, overlap); m != nil {
			return m.piece, b, true
		}
		return a, b, false
	}
	if m := denied(p.b, p.a, overlap); m != nil {
		return a, m.piece, true
	}
	return a, b, false
}

// withheld returns a negation of f, such as "without sugar", whose word g
// wants: "with sugar".
func withheld(f, g *Facts) *mark {
	ms := f.of(markNegation)
	for i := range ms {
		m := &ms[i]
		if !counts(m, f, g) || m.key == 0 || sameKey(m, f, g) {
			continue
		}
		for j, w := range g.seq {
			if w&hashMask == m.key && w != 0 && g.before(uint16(j)) == rawWith&hashMask {
				return m
			}
		}
	}
	return nil
}

var rawWith = hashString("with")

// denials returns how many negations f has that count against g.
func denials(f, g *Facts) int {
	n := 0
	ms := f.of(markNegation)
	for i := range ms {
		if counts(&ms[i], f, g) {
			n++
		}
	}
	return n
}

// counts reports whether a negation is one: none within a quotation, and no
// "no" with which a speaker takes back a word that g does not even have, as
// in "what causes rain no snow".
func counts(m *mark, f, g *Facts) bool {
	if m.flags&quotedMark != 0 {
		return false
	}
	if m.flags&bareNo == 0 || m.from == 0 {
		return true
	}
	w := f.seq[m.from-1]
	return w&meaningBit == 0 || g.has(w&hashMask)
}

// denied returns a negation of f whose word g affirms, or any one that g does
// not have if the texts are near enough.
func denied(f, g *Facts, overlap float64) *mark {
	ms := f.of(markNegation)
	for i := range ms {
		m := &ms[i]
		if counts(m, f, g) && !sameKey(m, f, g) && (overlap >= nearAdded || g.has(m.key)) {
			return m
		}
	}
	return nil
}

// excepts reports whether a text leaves something out by "except": another
// way to deny.
func excepts(f *Facts) bool {
	ms := f.of(markQuantifier)
	for i := range ms {
		if ms[i].id == quantExcept {
			return true
		}
	}
	return false
}

// The rows of "only" and "except" in the set of quantifiers.
const (
	quantOnly   = 3
	quantExcept = 4
)

// antonymDiffers: one text has a word, the other its opposite, and neither
// has both. Negation on one side alone would make them one again, and so does
// a comparison the other way round.
func antonymDiffers(p pair) (a, b piece, ok bool) {
	if len(p.a.of(markPole)) == 0 || len(p.b.of(markPole)) == 0 || p.apart(2) < nearAntonym[2] {
		return a, b, false
	}
	if denials(p.a, p.b)%2 != denials(p.b, p.a)%2 {
		return a, b, false
	}
	x, y := p.opposites()
	if x == nil || p.apart(2) < nearAntonym[p.place(x, y)] || p.turned() || compares(p.a) != compares(p.b) {
		return a, b, false
	}
	return x.piece, y.piece, true
}

// opposites returns a word of a and its opposite in b, the best placed ones.
func (p pair) opposites() (x, y *mark) {
	xs, ys := p.a.of(markPole), p.b.of(markPole)
	best := -1
	for i := range xs {
		if xs[i].flags&quotedMark != 0 || hasPole(xs, -xs[i].id) || hasPole(ys, xs[i].id) || p.b.has(xs[i].key) {
			continue
		}
		for j := range ys {
			if ys[j].id == -xs[i].id && ys[j].flags&quotedMark == 0 && !p.a.has(ys[j].key) && p.place(&xs[i], &ys[j]) > best {
				best = p.place(&xs[i], &ys[j])
				x, y = &xs[i], &ys[j]
			}
		}
	}
	return x, y
}

// compares reports whether a text compares two things by "than".
func compares(f *Facts) bool {
	ms := f.of(markRole)
	for i := range ms {
		if ms[i].id == int16(relThan) {
			return true
		}
	}
	return false
}

// The overlap that it takes when none, one or both neighbours are the same.
var nearAntonym = [3]float64{0.7, 0.65, 0.6}

func hasPole(ms []mark, id int16) bool {
	for i := range ms {
		if ms[i].id == id {
			return true
		}
	}
	return false
}

func quantifierDiffers(p pair) (a, b piece, ok bool) {
	if p.apart(2) < nearQuantifier {
		return a, b, false
	}
	if x, y, ok := p.bothUnmatched(markQuantifier, sameID); ok {
		return x.piece, y.piece, true
	}
	if x := unmatched(p.a, p.b, markQuantifier, limitIn); x != nil && p.nearFor(x) {
		return x.piece, b, true
	}
	if y := unmatched(p.b, p.a, markQuantifier, limitIn); y != nil && p.nearFor(y) {
		return a, y.piece, true
	}
	return a, b, false
}

// nearFor reports whether the texts are near enough for a limit that one of
// them has to be the difference: nearly one but for "except" and what it takes
// out, and one but for "only", which is often said for emphasis.
func (p pair) nearFor(m *mark) bool {
	if m.id == quantExcept {
		return p.apart(2) >= nearAdded
	}
	return p.apart(1) == 1
}

// limitIn reports whether g has the quantifier m too, or m is none that limits
// what is asked: only and except do.
func limitIn(m *mark, f, g *Facts) bool { return m.id < quantOnly || sameID(m, f, g) }

// nameDiffers: each text names something that the other does not know. What
// stands in the same place, between the same words, is the surest; the less
// so, the nearer the texts must be.
func nameDiffers(p pair) (a, b piece, ok bool) {
	overlap := p.apart(2)
	if overlap < nearName[2] {
		return a, b, false
	}
	xs, ys := p.a.of(markName), p.b.of(markName)
	for i := range xs {
		if nameIn(&xs[i], p.a, p.b) {
			continue
		}
		for j := range ys {
			x, y := &xs[i], &ys[j]
			if overlap >= nearName[p.place(x, y)] && (x.flags|y.flags)&rareName == 0 || overlap >= nearRare[p.place(x, y)] {
				if !nameIn(y, p.b, p.a) {
					return x.piece, y.piece, true
				}
			}
		}
	}
	return a, b, false
}

// The overlap that it takes when none, one or both of two names' neighbours
// are the same, for capitalised names and for rare words.
var (
	nearName = [3]float64{0.85, 0.75, 0.55}
	nearRare = [3]float64{0.9, 0.75, 0.6}
)

// place returns how many neighbours of two marks are the same: 0, 1 or 2.
func (p pair) place(x, y *mark) int {
	n := 0
	if p.a.before(x.from) == p.b.before(y.from) {
		n++
	}
	if p.a.after(x.to) == p.b.after(y.to) {
		n++
	}
	return n
}

// before returns the word before token i, 0 at the start.
func (f *Facts) before(i uint16) uint32 {
	for _, w := range slices.Backward(f.seq[:i]) {
		if w != 0 {
			return w & hashMask
		}
	}
	return 0
}

// after returns the word at or after token i, 0 at the end.
func (f *Facts) after(i uint16) uint32 {
	for _, w := range f.seq[i:] {
		if w != 0 {
			return w & hashMask
		}
	}
	return 0
}

// nameIn reports whether g has the name m, spelled alike or as an acronym.
func nameIn(m *mark, f, g *Facts) bool {
	if g.has(m.key) {
		return true
	}
	w := m.piece.of(f.text)
	ns := g.of(markName)
	for i := range ns {
		if alike(w, ns[i].piece.of(g.text), m.flags&ns[i].flags&rareName != 0) {
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

// alike reports whether two names are one but for case and a typing error.
// Short names that differ by a letter are two (Iran, Iraq), and so are
// capitalised ones that differ by two (Austria, Australia).
func alike(a, b string, rare bool) bool {
	n := min(len(a), len(b))
	if n < 5 || max(len(a), len(b)) > maxName {
		return false
	}
	limit := 0
	switch {
	case rare && n >= 8:
		limit = 2
	case rare || n >= 7:
		limit = 1
	}
	if rare && commonPrefix(a, b)*10 >= n*7 {
		return true // dorm, dormitory
	}
	return editDistance(a, b, limit) <= limit
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

// languageDiffers: another language is asked for, or one is on one side only.
func languageDiffers(p pair) (a, b piece, ok bool) {
	if x, y, ok := p.bothUnmatched(markLanguage, sameID); ok && !sourceOnly(x, y) && !sourceOnly(y, x) {
		return x.piece, y.piece, true
	}
	if p.overlap() < nearAsked && !p.cites() {
		return a, b, false
	}
	if x := unmatchedAsk(p.a, p.b, markLanguage); x != nil && x.id != idEnglish {
		return x.piece, b, true
	}
	if y := unmatchedAsk(p.b, p.a, markLanguage); y != nil && y.id != idEnglish {
		return a, y.piece, true
	}
	return a, b, false
}

// cites reports whether both texts are about the same long quotation.
func (p pair) cites() bool {
	ms := p.a.of(markQuote)
	for i := range ms {
		if int(ms[i].to)-int(ms[i].from) >= longQuote && inRow(p.a.words(&ms[i]), p.b.seq) {
			return true
		}
	}
	return false
}

// idEnglish is the row of English in the set of languages.
const idEnglish = 1

// sourceOnly reports whether two languages are those of one translation, from
// x, as one text says, to English, as the other says.
func sourceOnly(x, y *mark) bool {
	return x.flags&asked == 0 && y.id == idEnglish && y.flags&asked != 0 || y.id == idEnglish && x.flags&asked == 0
}

// formatDiffers: another format is asked for, or one is on one side only.
func formatDiffers(p pair) (a, b piece, ok bool) {
	if x, y, ok := p.bothUnmatched(markFormat, sameID); ok {
		return x.piece, y.piece, true
	}
	if p.overlap() < nearAsked && !p.cites() {
		return a, b, false
	}
	if x := unmatchedAsk(p.a, p.b, markFormat); x != nil {
		return x.piece, b, true
	}
	if y := unmatchedAsk(p.b, p.a, markFormat); y != nil {
		return a, y.piece, true
	}
	return a, b, false
}

// lastLayout is the row of the last format that is a layout (JSON, a table, a
// list): one that does not go without saying.
const lastLayout = 13

// unmatchedAsk returns the first mark of f that an answer is asked to be in
// and that g lacks.
func unmatchedAsk(f, g *Facts, k markKind) *mark {
	ms := f.of(k)
	for i := range ms {
		if ms[i].flags&asked != 0 && !sameID(&ms[i], f, g) && (k != markFormat || ms[i].id <= lastLayout) {
			return &ms[i]
		}
	}
	return nil
}

// momentIn reports whether g speaks of the time m; this morning is today.
func momentIn(m *mark, _, g *Facts) bool {
	ms := g.of(markMoment)
	for i := range ms {
		if ms[i].id == m.id || isToday(ms[i].id) && isToday(m.id) && (ms[i].id == 1 || m.id == 1) {
			return true
		}
	}
	return false
}

// isToday reports whether a time word is today or a part of it: the first
// four of the set.
func isToday(id int16) bool { return id <= 4 }

// toneDiffers: another tone is asked for, unless one text denies it: polite,
// not rude.
func toneDiffers(p pair) (a, b piece, ok bool) {
	if denials(p.a, p.b)%2 != denials(p.b, p.a)%2 {
		return a, b, false
	}
	return mutual(markTone, sameID)(p)
}
