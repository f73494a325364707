/**
 * Fields of an allowance that would be read and then have no effect: whoever wrote them expects one,
 * so each is an error.
 */
import { bundleLimitOf } from '../../limits/limit-kinds.ts'
import type { BuildContext, Path } from '../build/build-context.ts'
import type { Declaration } from '../read/catalogue-problem.ts'
import { UNIT_OF_MEASURE, type Measure } from '../quantity.ts'
import type { AllowanceDeclaration } from '../read/read-catalogue-folder.ts'

export function checkAllowanceEffects(
  { id, given, place }: Declaration<AllowanceDeclaration>,
  measure: Measure,
  { problems }: BuildContext,
): void {
  const report = (path: Path, message: string): void =>
    problems.ineffective(place, path, `${id}: ${message}`)
  if (measure === 'money' && given.countedBy !== undefined) {
    report(['countedBy'], 'money is counted exactly')
  }
  if (measure === 'event' && given.watchedBy !== undefined) {
    report(['watchedBy'], 'no limit reports events')
  }
  const isOfGroup = given.scope !== 'own'
  if (given.period === 'lifetime' && isOfGroup) {
    report(['period'], 'a group has no beginning, so nothing of it can last for a lifetime')
  }
  if (given.rolloverMaximum !== undefined && given.rollover === 0) {
    report(['rolloverMaximum'], 'nothing rolls over: say for how many periods, "rollover: 1"')
  }
  checkProration(given, report)
  checkUnlimited(given, report)
  // A warning: the sample that builds before came with had such amounts, and many have copied it.
  for (const path of unwatchedFairUses(given)) {
    problems.warn(place, path, `${id}: ${watcherMissing(given, measure)}`)
  }
}

type Report = (path: Path, message: string) => void

function checkProration(given: AllowanceDeclaration, report: Report): void {
  if (given.proration !== 'daily') return
  if (given.period !== 'billing-period') {
    report(['proration'], 'only an amount per billing period has a part of it')
  } else if (given.scope === 'group-fixed') {
    report(['proration'], 'the amount of a group as a whole is never a part of it')
  }
}

function checkUnlimited(given: AllowanceDeclaration, report: Report): void {
  const { versions = [] } = given
  const amounts = [given.amount, ...versions.map((version) => version.amount ?? given.amount)]
  const isUnlimited = amounts.every((amount) => amount === 'unlimited')
  if (isUnlimited && given.rollover > 0) report(['rollover'], 'nothing remains of unlimited')
  if (isUnlimited && given.proration === 'daily') {
    report(['proration'], 'unlimited has no parts')
  }
  const hasFairUse = [given, ...versions].some(({ fairUse }) => fairUse !== undefined)
  if (given.watchedBy !== undefined && isUnlimited && !hasFairUse) {
    report(['watchedBy'], 'unlimited is never used up: say from where on it is reported, "fairUse"')
  }
}

/** Places of fair-use amounts of what is unlimited, where no limit is named that reports them. */
function unwatchedFairUses(given: AllowanceDeclaration): Path[] {
  if (given.watchedBy !== undefined) return []
  const { versions = [] } = given
  const ofVersions = versions.map((version, index) => ({
    amount: version.amount ?? given.amount,
    fairUse: version.fairUse,
    path: ['versions', index, 'fairUse'],
  }))
  return [{ ...given, path: ['fairUse'] }, ...ofVersions]
    .filter(({ amount, fairUse }) => amount === 'unlimited' && fairUse !== undefined)
    .map(({ path }) => path)
}

function watcherMissing({ scope }: AllowanceDeclaration, measure: Measure): string {
  const ofScope = scope === 'own' ? 'own' : 'group'
  const limit = measure === 'event' ? undefined : bundleLimitOf(ofScope, UNIT_OF_MEASURE[measure])
  if (limit === undefined) return `no limit reports this amount of ${measure}; leave it out`
  return `nothing reports it: say by which limit, "watchedBy: ${limit}"`
}
