// Package likewise is the landing page of a module: an embedded semantic
// cache for language-model calls. It holds no code.
//
// Start with package cache, the engine, and embed/minilm, the built-in
// embedder; the command is cmd/likewise. docs/architecture.md is the map.
package likewise
