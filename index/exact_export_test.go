package index

// CodesRead is how many entries' codes a search for q reads at first, before it
// has found anything.
func (x *Exact) CodesRead(q []float32, floor float32) (n int) {
	var s scratch
	if x.heads != nil {
		s.head.prepare(x.heads.rot, q)
	}
	for at := range x.blocks {
		n += len(x.sift(at, 0, nil, &s, floor))
	}
	return n
}
