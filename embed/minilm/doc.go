// Package minilm is the built-in encoder: sentence-transformers'
// all-MiniLM-L6-v2 (6 layers, vectors of 384, English) as int8 weights inside
// the program. Importing the package adds 24 MB to a binary; the weights are
// used where the program is mapped and are not copied to the heap.
//
// It needs no network, no files and no setup. README.md says where the weights
// come from and how near they are to the float32 model's vectors.
package minilm
