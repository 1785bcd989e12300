package guard

import (
	_ "embed"
	"strings"
	"sync"
)

// entry is what the lexicon says about a word. Most words have none.
type entry struct {
	alias   uint32 // hash of the word that it counts as, 0: its own stem
	num     float64
	unit    unitID
	month   uint8 // 1 to 12
	weekday uint8 // 1 to 7, from Monday
	class   classes
	poles   [4]int16 // antonym groups, negative: their other end
	terms   [2]term
	phrases []phrase
}

// term is a member of a closed set: a language, a format, ...
type term struct {
	kind markKind
	id   uint16
}

// phrase is an entry that more words follow.
type phrase struct {
	tail  []uint32 // raw hashes of the words that follow the first
	entry *entry
}

type classes uint32

const (
	function  classes = 1 << iota // says little by itself: the, of, how, ...
	cardinal                      // two, twelve
	scale                         // hundred, thousand, dozen
	ordinal                       // second, third
	fraction                      // quarter, fifths
	negator                       // not, never, without
	pronoun                       // I, you, it
	auxiliary                     // do, is, can
	afterNum                      // a unit only behind a number: m, h, c
	symmetric                     // and, versus, between
	capitalOK                     // often capitalised without being a name
	common                        // everyday word
	english                       // a word that shows that a text is English
	ambiguous                     // an everyday word besides its entry: go, may, table
	clocked                       // am, pm
	article                       // a, an
	hedge                         // approx, about
	foreign                       // a function word of another language
	undoes                        // carries a negation in itself: impossible
	limit                         // under, at most
	lacking                       // dairy-free
	momentous                     // begins a word list of moment.go
)

var unknown entry

var lexicon = sync.OnceValue(buildLexicon)

type words struct {
	entries map[string]*entry // while it is built
	table   hashTable         // the same afterwards, by hash
	common  hashTable         // stems of everyday words
}

//go:embed words.txt
var commonWords string

func buildLexicon() *words {
	l := &words{entries: make(map[string]*entry, 4096), common: sized(strings.Count(commonWords, "\n"))}
	for w := range strings.Lines(commonWords) {
		l.common.add(stemHash(strings.TrimSpace(w)))
	}
	l.addClasses()
	l.addNumbers()
	l.addUnits()
	l.addCalendar()
	l.addPoles()
	l.addTerms()
	l.addAliases()
	l.addMoment()
	l.table = newHashTable(l.entries)
	l.entries = nil
	return l
}

// addMoment marks the words that begin the lists of moment.go, and reads what
// things may be free of.
func (l *words) addMoment() {
	for _, list := range [...]string{volatileWords, personalWords, corrections} {
		for _, w := range items(list) {
			first, _, _ := strings.Cut(w, " ")
			l.at(first).class |= momentous
			if e := l.entries[first+"'s"]; e != nil {
				e.class |= momentous
			}
		}
	}
	for _, w := range items(freeOf) {
		e := l.at(w + " free")
		e.alias, e.class = stemHash(w), e.class|lacking
	}
}

func stemHash(w string) uint32 {
	var buf [64]byte
	return hashBytes(stem(append(buf[:0], w...)))
}

// at returns the entry of a word or phrase, made if there was none.
func (l *words) at(name string) *entry {
	first, rest, ok := strings.Cut(name, " ")
	e := l.entries[first]
	if e == nil {
		e = new(entry)
		l.entries[first] = e
	}
	if !ok {
		return e
	}
	var tail []uint32
	for w := range strings.FieldsSeq(rest) {
		tail = append(tail, hashString(w))
	}
	for i := range e.phrases {
		if equalHashes(e.phrases[i].tail, tail) {
			return e.phrases[i].entry
		}
	}
	p := &entry{alias: hashString(name)}
	i := 0 // the longest phrase first
	for i < len(e.phrases) && len(e.phrases[i].tail) >= len(tail) {
		i++
	}
	e.phrases = append(e.phrases, phrase{})
	copy(e.phrases[i+1:], e.phrases[i:])
	e.phrases[i] = phrase{tail, p}
	return p
}

func equalHashes(a, b []uint32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (l *words) addClasses() {
	for _, c := range classLists {
		for _, w := range items(c.words) {
			l.at(w).class |= c.class
		}
	}
}

func (l *words) addNumbers() {
	for i, w := range strings.Fields(cardinalWords) {
		e := l.at(w)
		e.num, e.class = float64(i), e.class|cardinal|english
	}
	for i, w := range strings.Fields(tensWords) {
		e := l.at(w)
		e.num, e.class = float64(10*(i+2)), e.class|cardinal|english
	}
	for _, s := range scaleWords {
		for _, w := range items(s.words) {
			e := l.at(w)
			e.num, e.class = s.num, e.class|scale
		}
	}
	for i, w := range strings.Fields(ordinalWords) {
		e := l.at(w)
		e.num, e.class = float64(i+1), e.class|ordinal|english
	}
	for _, s := range fractionWords {
		for _, w := range items(s.words) {
			e := l.at(w)
			e.num, e.class = s.num, e.class|fraction|english
		}
	}
}

func (l *words) addUnits() {
	for id := range units {
		for _, w := range items(units[id].words) {
			e := l.at(strings.TrimPrefix(w, "#"))
			e.unit = unitID(id)
			if strings.HasPrefix(w, "#") {
				e.class |= afterNum
			}
		}
	}
}

func (l *words) addCalendar() {
	for i, names := range monthWords {
		for _, w := range items(names) {
			l.at(w).month = uint8(i + 1)
		}
	}
	for i, names := range weekdayWords {
		for _, w := range items(names) {
			l.at(w).weekday = uint8(i + 1)
		}
	}
	for _, w := range items(ambiguousWords) {
		l.at(w).class |= ambiguous
	}
}

// addPoles reads the antonyms: the words of one group's two ends.
func (l *words) addPoles() {
	for i, g := range poleGroups() {
		a, b, _ := strings.Cut(g, "|")
		for _, w := range items(a) {
			l.pole(w, int16(i+1))
		}
		for _, w := range items(b) {
			l.pole(w, -int16(i+1))
		}
	}
}

func (l *words) pole(word string, p int16) {
	e := l.at(word)
	for i := range e.poles {
		if e.poles[i] == 0 {
			e.poles[i] = p
			return
		}
	}
	panic("guard: " + word + " stands in too many antonym groups")
}

// addTerms reads the closed sets: each line is one member by all its names.
func (l *words) addTerms() {
	for _, set := range termSets {
		id := uint16(0)
		for line := range strings.Lines(set.lines) {
			names := items(line)
			if len(names) == 0 {
				continue
			}
			id++
			for _, w := range names {
				e := l.at(w)
				i := 0
				if e.terms[0].kind != 0 {
					i = 1
				}
				e.terms[i] = term{set.kind, id}
			}
		}
	}
}

// addAliases reads what else is one word by two names.
func (l *words) addAliases() {
	for line := range strings.Lines(aliasLines) {
		names := items(line)
		if len(names) == 0 {
			continue
		}
		first := stemHash(names[0])
		if strings.Contains(names[0], " ") {
			first = hashString(names[0])
		}
		for _, w := range names {
			l.at(w).alias = first
		}
	}
	for line := range strings.Lines(undoneLines) {
		for _, w := range items(line) {
			plain, undone, _ := strings.Cut(w, ":")
			e := l.at(undone)
			e.alias = stemHash(plain)
			e.class |= undoes | english
		}
	}
}

// items splits at commas, and each item's words at single spaces.
func items(s string) []string {
	var out []string
	for w := range strings.SplitSeq(s, ",") {
		if w = strings.Join(strings.Fields(w), " "); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// lookUp fills in what a word's letters, folded, say.
func lookUp(t *token, fold []byte) {
	l := lexicon()
	t.first = fold[0]
	t.raw = hashBytes(fold)
	e := l.table.get(t.raw)
	if n := len(fold); n > 2 && fold[n-2] == '\'' && fold[n-1] == 's' {
		fold = fold[:n-2]
		t.raw = hashBytes(fold)
		if e == nil {
			e = l.table.get(t.raw)
		}
	}
	t.hash = hashBytes(stem(fold))
	if l.common.has(t.hash) {
		t.flags |= isCommon
	}
	if e == nil {
		// The entry of the stem, but "note" is no "not".
		if e = l.table.get(t.hash); e != nil && e.class&(negator|function|cardinal|scale|foreign) != 0 {
			e = nil
		}
	}
	if e == nil {
		return
	}
	t.lex = e
	if e.alias != 0 {
		t.hash = e.alias
	}
	if e.class&common != 0 {
		t.flags |= isCommon
	}
}

// findPhrases marks the words that a phrase takes together.
func findPhrases(toks []token) {
	for i := 0; i < len(toks); i++ {
		t := &toks[i]
		if len(t.lex.phrases) == 0 || !t.is(isWord) {
			continue
		}
		for p := range t.lex.phrases {
			ph := &t.lex.phrases[p]
			if n := follows(toks[i+1:], ph.tail); n > 0 {
				t.lex = ph.entry
				t.hash = ph.entry.alias
				t.hi = toks[i+n].hi
				t.next = toks[i+n].next
				t.flags |= isCommon
				for j := i + 1; j <= i+n; j++ {
					toks[j].flags |= inPhrase
				}
				i += n
				break
			}
		}
	}
}

// follows returns how many tokens the tail takes, 0 if it does not follow.
func follows(toks []token, tail []uint32) int {
	n := 0
	for _, h := range tail {
		if n+1 < len(toks) && toks[n].is(isSymbol) && toks[n].is(isGlued) && toks[n+1].prev == '-' {
			n++ // kilowatt-hour
		}
		if n == len(toks) || toks[n].raw != h || !toks[n].is(isWord) {
			return 0
		}
		n++
	}
	return n
}
