/**
 * Numbers of parties that an import would refuse by their check digits, and that were stored by builds that did
 * not look. They stand on invoices as they are: for a person to mend, and no reason not to bill.
 */
import {
  ibanProblem,
  registrationNumberProblem,
  vatIdProblem,
} from '../../core/text/check-digits.ts'
import type { Party } from '../../core/accounts/accounts.ts'
import type { Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'

/** Of each account, and of each partner once. */
export function numberFindings(scopes: readonly AccountScope[]): Finding[] {
  const partners = new Map(scopes.map(({ partner }) => [partner.partnerId, partner]))
  return [
    ...[...partners.values()].flatMap(({ partnerId, party, iban }) =>
      wrongNumbers(partnerId, [...partyProblems(party), ['IBAN', ibanProblem(iban)]]),
    ),
    ...scopes.flatMap(({ account }) =>
      wrongNumbers(account.accountId, partyProblems(account.party)),
    ),
  ]
}

type NumberProblem = readonly [what: string, problem: string | undefined]

function partyProblems({ vatId, registrationNumber, address }: Party): NumberProblem[] {
  return [
    ['VAT id', vatIdProblem(vatId)],
    ['registration number', registrationNumberProblem(registrationNumber, address.country)],
  ]
}

function wrongNumbers(subject: string, problems: readonly NumberProblem[]): Finding[] {
  return problems.flatMap(([what, problem]) =>
    problem === undefined
      ? []
      : [
          {
            code: 'party_number_wrong',
            severity: 'warning',
            subject,
            text: `${what} ${problem}`,
            count: 1,
            estimateMicros: undefined,
            show: 'tik accounts import FILE --dry-run',
          },
        ],
  )
}
