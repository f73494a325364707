import { describe } from 'vitest'
import { ledgerConformance } from './ledger.conformance.ts'
import { createMemoryLedger } from './memory-ledger.ts'

describe('the ledger in memory', () => {
  const ledger = createMemoryLedger()
  ledgerConformance(() => ledger)
})
