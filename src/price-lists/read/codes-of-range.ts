/** The codes between two of one length: each by itself, or by what they begin with where they are many. */

/** Both ends are in it. Empty where the last stands before the first, or is of another length. */
export function codesOfRange(first: string, last: string): string[] {
  if (first.length !== last.length || last < first) return []
  if (Number(last) - Number(first) < SINGLE_CODES_MAX) return singly(first, last)
  return byPrefix(first, last)
}

/** Above it, a range means numbers rather than codes: it is written by what its numbers begin with. */
const SINGLE_CODES_MAX = 1_000

function singly(first: string, last: string): string[] {
  const codes: string[] = []
  for (let code = Number(first); code <= Number(last); code += 1) {
    codes.push(String(code).padStart(first.length, '0'))
  }
  return codes
}

/** The fewest prefixes that hold exactly the numbers from first to last. */
function byPrefix(first: string, last: string): string[] {
  let shared = 0
  while (shared < first.length && first[shared] === last[shared]) shared += 1
  const head = first.slice(0, shared)
  if (/^0*$/.test(first.slice(shared)) && /^9*$/.test(last.slice(shared))) return [head]
  const from = Number(first[shared])
  const to = Number(last[shared])
  const tail = first.length - shared - 1
  const codes = byPrefix(first, head + from + '9'.repeat(tail))
  for (let digit = from + 1; digit < to; digit += 1) codes.push(head + digit)
  return [...codes, ...byPrefix(head + to + '0'.repeat(tail), last)]
}
