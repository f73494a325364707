/** The steps of a price as the caller may see them: where a price is written is for operations. */
import type { Explanation } from '../../rating/rater.ts'
import type { Caller } from '../caller.ts'

export function stepsFor({ reach }: Caller, steps: Explanation['steps']): Explanation['steps'] {
  return steps.map(({ place, ...step }) => {
    const isShown = place !== undefined && reach.kind === 'operator'
    return isShown ? { ...step, text: `${step.text}: ${place}` } : step
  })
}
