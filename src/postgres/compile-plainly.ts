/**
 * PGlite is WebAssembly: Node compiles each function plainly at its first call, and what is called often once more,
 * for speed. That second time pays for itself in a run over thousands of statements; of a command that asks a few
 * it was a third of all processor time (docs/decisions/0481). Where it has begun nothing is undone.
 */
import { setFlagsFromString } from 'node:v8'

/** Bytes of code that a function executes, about, until it is compiled once more; 13 million without this. */
const BUDGET_BYTES = 1_000_000_000

/** For the rest of this process. */
export function compilePlainly(): void {
  setFlagsFromString(`--wasm-tiering-budget=${BUDGET_BYTES}`)
}
