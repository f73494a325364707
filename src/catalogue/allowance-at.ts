/** The allowance with the terms that hold at a moment; undefined while there is no such allowance. */
import type { Allowance } from './catalogue.ts'
import { validAt } from '../core/time/validity.ts'

export function allowanceAt(allowance: Allowance, instantMs: number): Allowance | undefined {
  if (allowance.versions.length === 0) return allowance
  const version = validAt(allowance.versions, instantMs)
  if (version === undefined) return undefined
  const { amount, fairUseAmount, callTypes, priority } = version
  return { ...allowance, amount, fairUseAmount, callTypes, priority }
}
