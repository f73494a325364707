/** Path and query of a request line, whatever a stranger wrote there: nothing makes it throw. */
export function addressOf(target: string | undefined): { path: string; search: URLSearchParams } {
  const [beforeFragment = ''] = (target ?? '/').split('#', 1)
  const mark = beforeFragment.indexOf('?')
  if (mark === -1) return { path: beforeFragment, search: new URLSearchParams() }
  return {
    path: beforeFragment.slice(0, mark),
    search: new URLSearchParams(beforeFragment.slice(mark + 1)),
  }
}
