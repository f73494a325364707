/** Canaries: documents that one set of rules must refuse, so that we know it looks. */

export interface Spoilt {
  readonly name: string
  /** Beginnings of the names of rules that must find something. */
  readonly refusedBy: readonly string[]
  readonly text: string
}

export function spoiltDocuments(whole: string): Spoilt[] {
  return [
    {
      name: 'canary: a cent too many to pay',
      refusedBy: ['EN ', 'CEN '],
      text: changed(whole, /(<cbc:PayableAmount currencyID="EUR">)/, '$19'),
    },
    {
      name: 'canary: no electronic address',
      refusedBy: ['BIS '],
      text: changed(whole, / *<cbc:EndpointID[^\n]*\n/g, ''),
    },
    {
      name: 'canary: elements out of order',
      refusedBy: ['UBL '],
      text: changed(whole, /( *<cbc:IssueDate>.*\n)( *<cbc:DueDate>.*\n)/, '$2$1'),
    },
  ]
}

function changed(text: string, pattern: RegExp, replacement: string): string {
  const spoilt = text.replace(pattern, replacement)
  if (spoilt === text) throw new Error(`nothing to spoil: ${pattern.source}`)
  return spoilt
}
