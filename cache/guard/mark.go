package guard

// markKind says what a mark is. The order is part of the encoding.
type markKind uint8

const (
	markNumber     markKind = iota + 1 // val in the unit of its dimension; raw as written; id the unit
	markOrdinal                        // val
	markVersion                        // val, or key of a dotted one
	markYear                           // val
	markDay                            // val: day of a month
	markMonth                          // id
	markWeekday                        // id
	markClock                          // val: hours; id: 1 am or pm was said
	markUnit                           // id: a unit without its number
	markRate                           // id: per what
	markNegation                       // key: the word that is negated
	markPole                           // id: antonym group, sign: which end
	markQuantifier                     // id
	markName                           // key
	markIdent                          // key, and the words in from..to
	markCode                           // the words in from..to
	markMath                           // key
	markOperator                       // key
	markQuote                          // the words in from..to
	markLanguage                       // id
	markProgLang                       // id
	markFormat                         // id
	markLength                         // id
	markTone                           // id
	markMoment                         // id
	markRole                           // id: the relation; from..to around it
	lastKind
)

// mark is one fact of a text.
type mark struct {
	kind  markKind
	flags markFlags
	id    int16
	key   uint32
	val   float64 // numbers: in the base unit of their dimension
	raw   float64 // numbers: as written
	from  uint16  // in seq
	to    uint16
	piece piece
}

type markFlags uint16

const (
	soft       markFlags = 1 << iota // matches another mark, but asks for no match: "an hour", "one"
	asked                            // "in French", "as JSON": what the answer is to be
	everyday                         // a name that is a usual word besides
	hasAmPm                          // a clock time that says which half of the day
	isScaled                         // 10k, 7B: a scale of one letter, which may be part of a name
	atLimit                          // a number behind "under", "at most", ...
	quotedMark                       // within a quotation or code
	upperName                        // a name in capitals: perhaps an acronym
	decimal                          // a number written with a point
	bareNo                           // "no" itself
	rareName                         // a word that is neither capitalised nor usual
)

// piece is a stretch of the text's bytes.
type piece struct{ lo, hi uint32 }

func (p piece) of(text string) string {
	if int(p.hi) > len(text) || p.lo >= p.hi {
		return ""
	}
	return text[p.lo:p.hi]
}

// shift moves a piece that is not empty.
func (p piece) shift(by int) piece {
	if p == (piece{}) {
		return p
	}
	return piece{p.lo + uint32(by), p.hi + uint32(by)}
}

func (s *scanner) pieceOf(from, to int) piece {
	return piece{uint32(s.toks[from].lo), uint32(s.toks[to-1].hi)}
}

func (s *scanner) mark(m mark, from, to int) *mark {
	m.from, m.to = clampTok(from), clampTok(to)
	m.piece = s.pieceOf(from, to)
	if s.toks[from].is(inQuote | inCode) {
		m.flags |= quotedMark
	}
	s.marks = append(s.marks, m)
	return &s.marks[len(s.marks)-1]
}

func clampTok(i int) uint16 { return uint16(min(i, 1<<16-1)) }
