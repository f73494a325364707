/**
 * How much roam-like-at-home data an open bundle must include: twice the monthly price without VAT
 * divided by the wholesale cap per GB (Implementing Regulation (EU) 2016/2286, art. 4; caps of
 * Regulation (EU) 2022/612). The regulation does not say which GB; ours has 2^30 bytes, which is in
 * the customer's favour.
 */
import { microsFromDecimal } from '../../core/money/money.ts'
import { feeVersions, type DatedFee } from '../fee-at.ts'
import type { Allowance, Catalogue, Plan, Rate } from '../catalogue.ts'
import type { ProblemList } from '../read/catalogue-problem.ts'
import { quantityText } from '../describe-rate.ts'
import type { CatalogueFolder } from '../read/read-catalogue-folder.ts'

const GB = 1024 ** 3

/** The last cap that is known (1.10 in 2026): what satisfies it satisfies the earlier ones. */
const WHOLESALE_CAP = { fromYear: 2027, perGb: '1.00' } as const

/** Bytes that an open bundle of this monthly fee includes in the zone, rounded up. */
export function fairUseBytes(monthlyFee: string, capPerGb: string): number {
  const numerator = 2n * BigInt(microsFromDecimal(monthlyFee)) * BigInt(GB)
  const cap = BigInt(microsFromDecimal(capPerGb))
  return Number((numerator + cap - 1n) / cap)
}

/**
 * Warns of plans with unlimited national data whose part for roam-like-at-home is smaller than the
 * law allows, or whose surcharge above it is higher than the cap.
 */
export function warnOfFairUse(
  catalogue: Catalogue,
  folder: CatalogueFolder,
  problems: ProblemList,
): void {
  for (const { id, place } of folder.plans) {
    const plan = catalogue.plans.get(id)
    if (plan === undefined) continue
    for (const callType of roamingOfOpenBundle(plan, catalogue)) {
      const included = includedBytes(plan, callType, catalogue)
      const fee = dearest(plan.monthlyFee)
      const minimum = fairUseBytes(fee, WHOLESALE_CAP.perGb)
      if (included < minimum) {
        const message =
          `${id}: ${callType} has ${quantityText(included, 'byte')} in an open bundle of ` +
          `${fee}; from ${WHOLESALE_CAP.fromYear} fair use begins at ` +
          gigabytes(minimum)
        problems.warn(place, ['allowances'], message)
      }
      const surcharge = surchargeAbove(plan, callType, catalogue, WHOLESALE_CAP.perGb)
      if (surcharge !== undefined) {
        const message = `${id}: ${callType} above fair use costs ${surcharge}, more than the cap`
        problems.warn(place, ['rates'], `${message} of ${WHOLESALE_CAP.perGb} per GB`)
      }
    }
  }
}

/** The dearest version asks for the most. */
function dearest(monthlyFee: DatedFee): string {
  const fees = feeVersions(monthlyFee).map(({ fee }) => fee)
  return fees.reduce((most, fee) => (microsFromDecimal(fee) > microsFromDecimal(most) ? fee : most))
}

/** Roaming data that counts as national data which the plan has without limit. */
function roamingOfOpenBundle(plan: Plan, catalogue: Catalogue): string[] {
  const open = allowancesOf(plan, catalogue).filter(({ amount }) => amount === Infinity)
  const national = new Set(open.flatMap(({ callTypes }) => callTypes))
  return catalogue.callTypes
    .filter(({ counts, countsAs }) => counts === 'roaming-data' && national.has(countsAs))
    .map(({ id }) => id)
}

function includedBytes(plan: Plan, callType: string, catalogue: Catalogue): number {
  return allowancesOf(plan, catalogue)
    .filter(({ callTypes }) => callTypes.includes(callType))
    .reduce((sum, { amount }) => sum + amount, 0)
}

function allowancesOf(plan: Plan, catalogue: Catalogue): Allowance[] {
  return plan.allowanceIds
    .map((id) => catalogue.allowances.get(id))
    .filter((allowance) => allowance !== undefined)
    .filter(({ unit }) => unit === 'byte')
}

/** The dearest step of the last version, in words, when it is above the cap. */
function surchargeAbove(
  plan: Plan,
  callType: string,
  catalogue: Catalogue,
  capPerGb: string,
): string | undefined {
  const choices = plan.rates.get(callType) ?? []
  const lastId = choices.find(({ toMs }) => toMs === Infinity)?.rateId ?? ''
  const last: Rate | undefined = catalogue.rates.get(lastId)?.versions.at(-1)
  const cap = BigInt(microsFromDecimal(capPerGb))
  const dear = last?.steps.find(
    ({ price, per }) => BigInt(microsFromDecimal(price)) * BigInt(GB) > cap * BigInt(per),
  )
  return dear === undefined ? undefined : `${dear.price} per ${quantityText(dear.per, 'byte')}`
}

function gigabytes(bytes: number): string {
  return `${Math.ceil((bytes * 100) / GB) / 100} GB`
}
