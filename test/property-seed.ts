/**
 * Which examples the properties draw. A gate must say the same of the same code, so CI always draws
 * those of one seed; a run by hand draws new ones each time, and a failing one prints its seed.
 * `TIK_PROPERTY_SEED` chooses: the seed that a failure printed, or anything else to explore.
 */
import * as fc from 'fast-check'

const CI_SEED = 1725
const { TIK_PROPERTY_SEED: chosen, CI } = process.env

if (chosen !== undefined) fc.configureGlobal({ seed: Number(chosen) })
else if (CI === 'true') fc.configureGlobal({ seed: CI_SEED })
