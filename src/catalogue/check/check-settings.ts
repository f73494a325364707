/** The section `catalogue:`: its default plans must exist and be of the product they stand for. */
import type { BuildContext } from '../build/build-context.ts'

export function checkSettings({ folder, problems }: BuildContext): void {
  if (folder.settings === undefined) return
  const { given, place } = folder.settings
  for (const [product, planId] of Object.entries(given.defaultPlans ?? {})) {
    if (planId === undefined) continue
    const path = ['defaultPlans', product]
    const plan = folder.plans.find((candidate) => candidate.id === planId)
    if (plan === undefined) {
      if (folder.isDeclared('plans', planId)) continue
      problems.error(place, path, `the default plan of ${product}, "${planId}", does not exist`)
    } else if (plan.given.product !== product) {
      const message = `the default plan of ${product}, "${planId}", is a ${plan.given.product} plan`
      problems.error(place, path, message)
    }
  }
}
