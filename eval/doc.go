// Package eval measures what a cache is worth on labelled data: pairs of
// questions ([Score], [AP], [AUC]) and streams of them ([Replay]).
//
//	pairs, err := eval.ReadPairs(os.Stdin, "pairs.jsonl.gz")
//	...
//	for s, err := range eval.Score(ctx, embedder, pairs, nil) {
//		...
//		fmt.Println(s.Decision, *s.Similarity, s.Why)
//	}
//
// The readers refuse what they cannot use with an [InputError], which names
// file and line, what stood there and what was expected.
package eval
