// Package bert computes sentence vectors with BERT-family encoders, in Go,
// with int8 weights: no cgo, no shared library, about a millisecond for a
// question on one core.
//
// [Load] reads a Hugging Face folder (config.json, model.safetensors,
// tokenizer.json or vocab.txt, and the pooling of sentence-transformers).
// [Pack] turns such a folder into one file about a quarter of the size, and
// says how near its vectors are to the float32 model's; [Open] maps that file,
// [New] uses its bytes where they lie.
//
// Weights are int8 with one scale per output (word embeddings: per word),
// activations are rounded to int8 per token while the model runs; biases,
// LayerNorm, softmax, GELU, residuals and attention are float32. Matrix
// products are exact integers whatever kernel computes them, and no text's
// vector depends on what else is in the batch.
//
// Nothing is ever truncated: a text that is longer than the model's window or
// that its vocabulary cannot read is an error, see [Encoder.Embed].
package bert
