/** Who gets invoices of an account: the account itself, and each of its bill-to's. */
import type { Account, Party } from '../../core/accounts/accounts.ts'
import type { BillTo } from '../../core/accounts/bill-to.ts'

/** An account as one of its invoices sees it. */
export interface Recipient {
  /** '' = the account itself. */
  readonly billToId: string
  /** With the particulars of the bill-to. */
  readonly account: Account
  readonly electronicAddress?: BillTo['electronicAddress']
}

/** The account itself first, then by id: the order of the numbers. */
export function recipientsOf(account: Account, billTos: readonly BillTo[]): Recipient[] {
  const inOrder = [...billTos].sort((left, right) => (left.billToId < right.billToId ? -1 : 1))
  return [
    { billToId: '', account },
    ...inOrder.map((billTo) => ({
      billToId: billTo.billToId,
      account: asBilled(account, billTo),
      ...(billTo.electronicAddress === undefined
        ? {}
        : { electronicAddress: billTo.electronicAddress }),
    })),
  ]
}

/** What the bill-to does not say is as the account has it. */
export function asBilled(account: Account, billTo: BillTo): Account {
  const { language, purchaseOrder, customerText, cdrFile, paper } = billTo
  return {
    ...account,
    party: partyOf(account.party, billTo),
    ...(language === undefined ? {} : { language }),
    ...(purchaseOrder === undefined ? {} : { purchaseOrder }),
    ...(customerText === undefined ? {} : { customerText }),
    ...(cdrFile === undefined ? {} : { cdrFile }),
    ...(paper === undefined ? {} : { paper: { ...account.paper, ...paper } }),
  }
}

function partyOf(party: Party, { address, legalName, vatId, registrationNumber }: BillTo): Party {
  return {
    legalName: legalName ?? party.legalName,
    address,
    vatId: vatId ?? party.vatId,
    registrationNumber: registrationNumber ?? party.registrationNumber,
  }
}
