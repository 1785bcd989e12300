package guard

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
func momentIn(m *mark, f, g *Facts) bool {
	ms := g.of(markMoment)
	for i := range ms {
		if !otherMoment(m, &ms[i], f, g) {
			return true
		}
	}
	return false
}

func otherMoment(x, y *mark, _, _ *Facts) bool {
	ofToday := isToday(x.id) && isToday(y.id) && (x.id == 1 || y.id == 1)
	return x.id != y.id && !ofToday
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
