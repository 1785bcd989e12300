// Package wordpiece turns a text into the token ids that a BERT-family model
// was trained on. Its ids are those of Hugging Face's tokenizers 0.23, token
// for token, for every text and every toolchain: the package carries the
// reference's own Unicode tables (tables.go) instead of Go's, because the two
// differ and Go's change with the release of Go.
//
// A [Tokenizer] is read from a model folder with [Load], or from the compact
// form that [Tokenizer.AppendBinary] writes with [Read]. It cleans, folds,
// splits and looks up:
//
//  1. Added tokens such as "[SEP]" that stand literally in the text become
//     their ids; what is between them goes on.
//  2. Control and private-use characters and U+FFFD are removed, white space
//     becomes a space, Chinese characters become words, accents are stripped
//     and letters lowered, as the model's settings say.
//  3. White space and punctuation split the text into words.
//  4. A word becomes the longest pieces that the vocabulary has, from left to
//     right, or one unknown token.
//
// Each byte of a string that is not valid UTF-8 counts as U+FFFD, the Unicode
// replacement character. Nothing is ever truncated or padded.
//
// [Tokenizer.EncodeReadable] says in the same pass whether the ids still mean
// what the text said; a semantic cache must not compare texts for which it
// reports an error, see there.
package wordpiece
