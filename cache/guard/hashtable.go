package guard

// hashTable finds entries by the hash of a word: an open table that is at most
// a third full. Two words of the lexicon never share a hash (see build); that
// some other word shares one with them happens once in a million words.
type hashTable struct {
	keys []uint32 // 0: free
	vals []*entry // nil in a mere set
}

// newHashTable returns a table of the entries, by the hash of their word.
func newHashTable(entries map[string]*entry) hashTable {
	t := sized(len(entries))
	t.vals = make([]*entry, len(t.keys))
	for w, e := range entries {
		i := t.slot(hashString(w))
		if t.keys[i] != 0 {
			panic("guard: " + w + " and another word share a hash")
		}
		t.keys[i], t.vals[i] = hashString(w), e
	}
	return t
}

func sized(n int) hashTable {
	size := 1
	for size < 3*n {
		size *= 2
	}
	return hashTable{keys: make([]uint32, size)}
}

// slot returns where the hash stands, or would.
func (t *hashTable) slot(h uint32) int {
	mask := uint32(len(t.keys) - 1)
	i := (h * 0x9e3779b1 >> 7) & mask
	for t.keys[i] != 0 && t.keys[i] != h {
		i = (i + 1) & mask
	}
	return int(i)
}

func (t *hashTable) add(h uint32) { t.keys[t.slot(h)] = h }

func (t *hashTable) has(h uint32) bool { return t.keys[t.slot(h)] != 0 }

// get returns the entry of a word's hash, or nil.
func (t *hashTable) get(h uint32) *entry { return t.vals[t.slot(h)] }
