// Package cache is the engine of Likewise: it answers a question that was
// answered before, however it is worded this time.
//
//	c, err := cache.Open("answers.db", embedder, nil)
//	...
//	defer c.Close()
//	r, err := c.Do(ctx, cache.Query{
//		Scope: cache.Scope{Tenant: "acme", Model: "gpt-5", System: prompt},
//		Text:  "How do I reset a password?",
//	}, func(ctx context.Context) (cache.Answer, error) {
//		return ask(ctx) // the model call; made only when no stored answer fits
//	})
//	fmt.Println(r.Outcome, r.Answer.Text, r.Why.Reason)
//
// # The way of a request
//
// A question goes through the steps exact, embed, propose, decide, and on a
// miss fill and admit, in this order; each has a function of that name, and
// [Why] tells which one decided and how long each took. A step that fails or
// is late never fails the request: it is a miss, counted in [Stats].
//
// Questions meet only in the same [Scope]: tenant, model, system prompt,
// earlier turns, tools, response format and parameters. Only complete,
// ordinary answers are stored (see [NotAdmittedError] for the rules), and
// what is stored is durable.
//
// # What a threshold is worth
//
// Until a calibrated judge decides, one cosine threshold does, 0.92 by
// default. On 8,110 labelled question pairs (Quora) 18% of the hits at that
// threshold were wrong, and no useful threshold made fewer than 5% wrong:
// docs/guide.md has the table and the command. Raise it where a wrong answer
// is dear.
package cache
