// Package eval measures what a cache is worth on labelled data, and finds
// thresholds that keep a promise. Pairs of questions are looked at one by one
// ([Score]), or gathered once with what embedder, guard and judge say of them
// ([Gather], [GatherStream]) and then summed up under a rule ([Eval]) or
// calibrated on ([Calibrate], [CalibrateStream]). Streams are replayed in a
// cache ([Replay]).
//
//	pairs, err := eval.ReadPairs(os.Stdin, "pairs.jsonl.gz")
//	...
//	ev, err := eval.Gather(ctx, embedder, pairs, &eval.GatherOptions{Cache: options})
//	...
//	calibration, err := eval.Calibrate(ev, &eval.CalibrateOptions{MaxWrong: 0.02})
//	var no *eval.RefusedError
//	if errors.As(err, &no) {
//		fmt.Println("label about", no.More, "more")
//	}
//
// The readers refuse what they cannot use with an [InputError], which names
// file and line, what stood there and what was expected; data that can be
// read and teaches nothing is a [DataError].
package eval
