package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/likewise-go/likewise/storage"
)

// bbolt trusts its file: a page that is not what it should be makes it panic,
// read outside of its mapping, or recurse until the stack is full. So the
// pages are walked before bbolt sees them. The layout is that of bbolt's
// internal/common (version 2), in the byte order of the machine.
const (
	pageHeader = 16 // id u64, flags u16, count u16, overflow u32
	elemLen    = 16 // leaf: flags, pos, ksize, vsize u32; branch: pos, ksize u32, page u64
	metaLen    = 64 // magic, version, page size, flags u32; root, sequence, freelist, pages, txid, checksum u64

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagFreelist = 0x10

	boltMagic   = 0xED0CDAED
	boltVersion = 2
	noFreelist  = ^uint64(0)
	maxDepth    = 48
)

var order = binary.NativeEndian

// meta is a meta page of a bbolt file.
type meta struct {
	pageSize                    uint32
	root, freelist, pages, txid uint64
}

func parseMeta(b []byte) (m meta, ok bool) {
	if len(b) < metaLen || order.Uint32(b) != boltMagic || order.Uint32(b[4:]) != boltVersion {
		return m, false
	}
	h := fnv.New64a()
	h.Write(b[:56])
	m = meta{order.Uint32(b[8:]), order.Uint64(b[16:]), order.Uint64(b[32:]), order.Uint64(b[40:]), order.Uint64(b[48:])}
	return m, h.Sum64() == order.Uint64(b[56:])
}

// readMeta returns the newest valid meta page, as bbolt chooses it, and how
// many of the two are valid.
func readMeta(data []byte, pageSize int) (best meta, valid int, err error) {
	for i := range 2 {
		at := i*pageSize + pageHeader
		if at > len(data) {
			break
		}
		if m, ok := parseMeta(data[at:]); ok {
			if valid++; valid == 1 || m.txid > best.txid {
				best = m
			}
		}
	}
	if valid == 0 || int(best.pageSize) != pageSize {
		return meta{}, valid, fmt.Errorf("has no valid meta page: %w", storage.ErrFormat)
	}
	return best, valid, nil
}

// shape is what a walk found.
type shape struct {
	meta  meta
	metas int   // valid meta pages: 1 of the 2 after a crash, or a flipped bit
	used  int64 // pages in use, the two meta pages included
}

// walker walks the tree of a bbolt file.
type walker struct {
	data []byte
	ps   int
	meta meta
	seen []uint64 // a bit per page
	used int64
}

// walk checks every page of a file that can be reached from its newest meta
// page.
func walk(data []byte, pageSize int) (shape, error) {
	m, metas, err := readMeta(data, pageSize)
	if err != nil {
		return shape{}, err
	}
	if m.pages < 4 || m.pages > uint64(len(data)/pageSize) {
		return shape{}, fmt.Errorf("is cut short: %d bytes, expected %d pages of %d: %w", len(data), m.pages, pageSize, storage.ErrFormat)
	}
	w := &walker{data: data, ps: pageSize, meta: m, seen: make([]uint64, m.pages/64+1), used: 2}
	w.seen[0] = 3 // the meta pages
	if m.freelist != noFreelist {
		err = w.freelist(m.freelist)
	}
	if err == nil {
		_, err = w.tree(m.root, nil, nil, 0)
	}
	if err != nil {
		return shape{}, fmt.Errorf("%w: %w", err, storage.ErrCorrupt)
	}
	return shape{m, metas, w.used}, nil
}

// page returns a page and its overflow, and marks them as met.
func (w *walker) page(id uint64) ([]byte, error) {
	if id < 2 || id >= w.meta.pages {
		return nil, fmt.Errorf("page %d does not exist", id)
	}
	p := w.data[int(id)*w.ps:]
	if got := order.Uint64(p); got != id {
		return nil, fmt.Errorf("page %d calls itself %d", id, got)
	}
	n := uint64(order.Uint32(p[12:])) + 1
	if n > w.meta.pages-id {
		return nil, fmt.Errorf("page %d runs over the end", id)
	}
	for i := id; i < id+n; i++ {
		if w.seen[i/64]&(1<<(i%64)) != 0 {
			return nil, fmt.Errorf("page %d is used twice", i)
		}
		w.seen[i/64] |= 1 << (i % 64)
	}
	w.used += int64(n)
	return p[:int(n)*w.ps], nil
}

// tree walks the pages under id, whose keys lie in [low, high), nil for no
// bound. It returns the highest key.
func (w *walker) tree(id uint64, low, high []byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("page %d lies deeper than %d", id, maxDepth)
	}
	p, err := w.page(id)
	if err != nil {
		return nil, err
	}
	switch order.Uint16(p[8:]) {
	case flagBranch:
		return w.branch(id, p, low, high, depth)
	case flagLeaf:
		return w.leaf(id, p, low, high, depth)
	}
	return nil, fmt.Errorf("page %d has type %#x, expected a branch or a leaf", id, order.Uint16(p[8:]))
}

func (w *walker) branch(id uint64, p, low, high []byte, depth int) ([]byte, error) {
	n := int(order.Uint16(p[10:]))
	if n == 0 {
		return nil, fmt.Errorf("branch page %d is empty", id)
	}
	last := low
	for i := range n {
		key, _, err := element(p, i, n, false)
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", id, err)
		}
		if err := ordered(last, key, high, i == 0); err != nil {
			return nil, fmt.Errorf("page %d, element %d: %w", id, i, err)
		}
		next := high
		if i+1 < n {
			if next, _, err = element(p, i+1, n, false); err != nil {
				return nil, fmt.Errorf("page %d: %w", id, err)
			}
		}
		child := order.Uint64(p[pageHeader+i*elemLen+8:])
		if last, err = w.tree(child, key, next, depth+1); err != nil {
			return nil, err
		}
	}
	return last, nil
}

func (w *walker) leaf(id uint64, p, low, high []byte, depth int) ([]byte, error) {
	last, buckets, err := leafElements(p, low, high)
	if err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	for _, root := range buckets {
		if _, err := w.tree(root, nil, nil, depth+1); err != nil {
			return nil, err
		}
	}
	return last, nil
}

// leafElements checks the elements of a leaf page. It returns the last key
// and the root pages of the buckets in it.
func leafElements(p, low, high []byte) (last []byte, buckets []uint64, err error) {
	n := int(order.Uint16(p[10:]))
	last = low
	for i := range n {
		key, value, err := element(p, i, n, true)
		if err != nil {
			return nil, nil, err
		}
		if err := ordered(last, key, high, i == 0); err != nil {
			return nil, nil, fmt.Errorf("element %d: %w", i, err)
		}
		last = key
		switch flags := order.Uint32(p[pageHeader+i*elemLen:]); flags {
		case 0:
		case 1:
			root, err := bucketRoot(value)
			if err != nil {
				return nil, nil, fmt.Errorf("bucket %.32q: %w", key, err)
			}
			if root != 0 {
				buckets = append(buckets, root)
			}
		default:
			return nil, nil, fmt.Errorf("element %d has flags %#x, expected 0 or 1", i, flags)
		}
	}
	return last, buckets, nil
}

// bucketRoot returns the root page of a bucket. A small bucket has none: its
// one leaf page stands in the value, and is checked here.
func bucketRoot(v []byte) (uint64, error) {
	if len(v) < 16 {
		return 0, fmt.Errorf("value of %d bytes, expected at least 16", len(v))
	}
	if root := order.Uint64(v); root != 0 {
		return root, nil
	}
	p := v[16:]
	if len(p) < pageHeader || order.Uint16(p[8:]) != flagLeaf {
		return 0, errors.New("has neither a page nor a leaf within")
	}
	_, buckets, err := leafElements(p, nil, nil)
	if err == nil && len(buckets) > 0 {
		err = errors.New("has a bucket within a bucket within")
	}
	return 0, err
}

// element returns the i-th of n keys of a page, and its value if it is a leaf.
func element(p []byte, i, n int, leaf bool) (key, value []byte, err error) {
	at := pageHeader + i*elemLen
	if pageHeader+n*elemLen > len(p) {
		return nil, nil, fmt.Errorf("%d elements do not fit into %d bytes", n, len(p))
	}
	sizes := p[at:] // pos, ksize
	var vsize uint64
	if leaf {
		sizes = p[at+4:]
		vsize = uint64(order.Uint32(p[at+12:]))
	}
	pos, ksize := uint64(order.Uint32(sizes)), uint64(order.Uint32(sizes[4:]))
	start := uint64(at) + pos
	if start < uint64(pageHeader+n*elemLen) || start+ksize+vsize > uint64(len(p)) {
		return nil, nil, fmt.Errorf("element %d lies outside of the page", i)
	}
	return p[start : start+ksize], p[start+ksize : start+ksize+vsize], nil
}

// ordered checks that key lies between its neighbours. The first key of a
// page may equal the one in the page above.
func ordered(last, key, high []byte, first bool) error {
	if last != nil {
		if c := bytes.Compare(last, key); c > 0 || c == 0 && !first {
			return errors.New("keys are not in order")
		}
	}
	if high != nil && bytes.Compare(key, high) >= 0 {
		return errors.New("key belongs to a later page")
	}
	return nil
}

// freelist checks the list of free pages, which only a file that another
// program wrote, or a new one, has.
func (w *walker) freelist(id uint64) error {
	p, err := w.page(id)
	if err != nil {
		return err
	}
	if order.Uint16(p[8:]) != flagFreelist {
		return fmt.Errorf("page %d has type %#x, expected a list of free pages", id, order.Uint16(p[8:]))
	}
	n, list := uint64(order.Uint16(p[10:])), p[pageHeader:]
	if n == 0xFFFF && len(list) >= 8 { // too many for the header
		n, list = order.Uint64(list), list[8:]
	}
	if n > uint64(len(list))/8 {
		return fmt.Errorf("page %d lists %d free pages, more than fit into it", id, n)
	}
	for i := range n {
		free := order.Uint64(list[8*i:])
		if free < 2 || free >= w.meta.pages || w.seen[free/64]&(1<<(free%64)) != 0 {
			return fmt.Errorf("page %d lists the page %d as free, which it is not", id, free)
		}
		w.seen[free/64] |= 1 << (free % 64) // the tree must not meet it
	}
	return nil
}
