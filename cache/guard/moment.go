package guard

import "strings"

// volatileWords make a text a question of the time at which it is asked.
const volatileWords = `now, today, tonight, tomorrow, yesterday, currently, current, latest, newest, recent, recently, nowadays, live, upcoming,
	right now, at the moment, as of, this week, this month, this year, this morning, this afternoon, this evening, this weekend, this quarter,
	last night, last week, last weekend, last month, next week, next weekend, next month, so far, up to date, up-to-date, what time is it, breaking news, these days, at present, just now, as we speak, to date`

// personalWords make a text a question of whoever asks.
const personalWords = `my, mine, myself, our, ours, ourselves`

// settled are words with which a volatile one is no longer about the moment:
// the current account is a kind of account, a current directory every shell's.
const settledWords = `account, accounts, directory, folder, branch, flow, flows, density, transformer, transformers, liabilities, assets, affairs`

// terms are phrases by the raw hash of their first word.
type terms map[uint32][][]uint32

func termsOf(list string) terms {
	m := make(terms)
	for _, t := range items(list) {
		var hs []uint32
		for w := range strings.FieldsSeq(t) {
			hs = append(hs, hashString(w))
		}
		m[hs[0]] = append(m[hs[0]], hs[1:])
	}
	return m
}

var (
	volatileTerms = termsOf(volatileWords)
	personalTerms = termsOf(personalWords)
	settledTerms  = termsOf(settledWords)
)

// moment returns what makes a text a question of the moment and of its asker:
// the first such words of each kind.
func moment(toks []token) (volatile, personal piece) {
	for i := range toks {
		t := &toks[i]
		if t.lex.class&momentous == 0 || !t.is(isWord) || t.is(inIdent|inCode) {
			continue
		}
		if volatile == (piece{}) {
			if n := volatileTerms.at(toks, i); n > 0 && (n > 1 || !hyphenated(t)) && !settled(toks, i) {
				volatile = piece{uint32(t.lo), uint32(toks[i+n-1].hi)}
			}
		}
		if personal == (piece{}) && personalTerms.at(toks, i) > 0 && !hyphenated(t) {
			personal = piece{uint32(t.lo), uint32(t.hi)}
		}
	}
	return volatile, personal
}

// hyphenated reports whether a word is a part of another: currently-known.
func hyphenated(t *token) bool { return t.prev == '-' || t.next == '-' }

// at returns how many tokens the longest term at token i takes, 0: none.
func (m terms) at(toks []token, i int) int {
	best := 0
	for _, tail := range m[toks[i].raw] {
		if n := wordsFollow(toks[i+1:], tail); n >= 0 && 1+n > best {
			best = 1 + n
		}
	}
	return best
}

// wordsFollow returns how many tokens the words of tail take, -1 if they do
// not follow. Operators between them are passed over.
func wordsFollow(toks []token, tail []uint32) int {
	n := 0
	for _, h := range tail {
		for n < len(toks) && toks[n].is(isSymbol) {
			n++
		}
		if n == len(toks) || toks[n].raw != h {
			return -1
		}
		n++
	}
	return n
}

// settled reports whether "current" or "live" is no word of the moment here:
// a current account, electric current; people who live somewhere.
func settled(toks []token, i int) bool {
	switch toks[i].raw {
	case rawCurrent:
		return i+1 < len(toks) && settledTerms[toks[i+1].raw] != nil
	case rawLive:
		return i > 0 && liveTerms[toks[i-1].raw] != nil || asksAbout(toks[:i]) && (i+1 == len(toks) || toks[i+1].lex.class&function != 0)
	}
	return false
}

// asksAbout reports whether a question's auxiliary stands in the words before.
func asksAbout(toks []token) bool {
	for i := range toks {
		if toks[i].raw == rawDo || toks[i].raw == rawDoes || toks[i].raw == rawDid {
			return true
		}
	}
	return false
}

// liveTerms are words before "live" that make it a verb.
var liveTerms = termsOf("to, i, you, we, they, who, people, can, could, cannot, can't, do, does, did, should, would, will, might, not, don't, animals, humans, cells, cats, dogs, fish")

var correctionTerms = termsOf(corrections)

// corrects reports whether a text takes back what it said.
func corrects(toks []token) bool {
	for i := range toks {
		if toks[i].lex.class&momentous != 0 && toks[i].is(isWord) && correctionTerms.at(toks, i) > 0 {
			return true
		}
	}
	return false
}
