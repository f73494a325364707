/**
 * Says of a regular expression whether some text can make it go quadratic: two repeats that can share
 * the same letters, so that a match that fails at last is tried with every way to divide them. The
 * search for a start counts as a repeat of anything. An over-careful judge: it may be wrong about an
 * expression that is harmless, never about one that is not in the forms that this project writes.
 */
import { ALL_LETTERS, waysThrough } from './expression-syntax.ts'
import type { Atom } from './expression-syntax.ts'

/** Why it is risky, one sentence; '' when it is not. */
export function riskOf(source: string, flags = ''): string {
  const ways = waysThrough(source, flags)
  const isAnchored = (source.startsWith('^') && !flags.includes('m')) || flags.includes('y')
  const searches = !isAnchored && !ways.some(matchesAnywhere)
  for (const way of ways) {
    const risk = riskOfAtoms(searches ? [anything(), ...way] : way)
    if (risk !== '') return risk
  }
  return ''
}

/** A way that any letter satisfies: where it is one of them, the search never goes on. */
function matchesAnywhere(way: readonly Atom[]): boolean {
  return way.length === 1 && way[0]?.letters === ALL_LETTERS && !way[0].isOptional
}

function anything(): Atom {
  return { letters: ALL_LETTERS, isOptional: true, isRepeat: true, text: 'the search for a start' }
}

function riskOfAtoms(atoms: readonly Atom[]): string {
  for (const [at, first] of atoms.entries()) {
    if (!first.isRepeat) continue
    for (let next = at + 1; next < atoms.length; next += 1) {
      const second = atoms[next]
      if (second === undefined) break
      const shared = first.letters & second.letters
      const mayFail = atoms.slice(next + 1).some((atom) => !atom.isOptional)
      if (second.isRepeat && shared !== 0n && mayFail) {
        const between = atoms.slice(at + 1, next)
        if (between.every((atom) => atom.isOptional || (atom.letters & shared) !== 0n)) {
          return `${first.text} and ${second.text} can share the same letters`
        }
      }
    }
  }
  return ''
}
