// Package embed is the seam between a text and its meaning: an [Embedder]
// turns texts into unit vectors whose dot product is their cosine similarity,
// a [Judge] says how probable it is that two texts ask for the same answer.
//
// The package holds the two interfaces, the errors that every implementation
// speaks, and two wrappers that work around any Embedder: [NewMemo] remembers
// vectors and shares one computation between concurrent callers, and
// [WithDeadline] turns a late embedder into an error instead of a wait.
//
// Implementations: embed/minilm (built-in weights, native int8 engine),
// embed/bert (the engine, for any BERT-family checkpoint), embed/onnx (any
// ONNX sentence model, a module of its own) and embed/remote (any
// OpenAI-compatible /v1/embeddings). Package embed/embedtest is the suite that
// they all pass.
package embed
