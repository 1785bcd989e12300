package index

// graphIDs tells the slots of ids. It is 64 maps, because a Go map gives no
// memory back and has to be rebuilt for that while everybody waits: of a
// million entries, one of these takes 0.2 ms.
type graphIDs [64]graphShard

type graphShard struct {
	slots map[uint64]uint32
	peak  int // the most entries since slots was made
}

// shard mixes the id first: ids may have a stride.
func (s *graphIDs) shard(id uint64) *graphShard { return &s[id*0x9e3779b97f4a7c15>>58] }

func (s *graphIDs) slot(id uint64) (slot uint32, known bool) {
	slot, known = s.shard(id).slots[id]
	return slot, known
}

func (s *graphIDs) set(id uint64, slot uint32) {
	x := s.shard(id)
	if x.slots == nil {
		x.slots = map[uint64]uint32{}
	}
	x.slots[id] = slot
	x.peak = max(x.peak, len(x.slots))
}

// remove forgets an id, and rebuilds its map when three quarters of it stand
// empty.
func (s *graphIDs) remove(id uint64) {
	x := s.shard(id)
	delete(x.slots, id)
	if x.peak < 64 || len(x.slots) > x.peak/4 {
		return
	}
	m := make(map[uint64]uint32, len(x.slots))
	for id, slot := range x.slots {
		m[id] = slot
	}
	x.slots, x.peak = m, len(m)
}

func (s *graphIDs) len() int {
	n := 0
	for i := range s {
		n += len(s[i].slots)
	}
	return n
}

// bytes estimates the memory held.
func (s *graphIDs) bytes() int64 {
	const entry = 28 // a Go map's 16-byte pair and control byte, at 7/16 to 7/8 load
	n := 0
	for i := range s {
		n += s[i].peak
	}
	return int64(n) * entry
}
