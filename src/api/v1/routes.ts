/** Every route of version 1: what is mounted, described in the OpenAPI document, and tried by the matrix. */
import type { Route } from '../route.ts'
import { accessRoutes } from './access.ts'
import { accountRoutes } from './accounts.ts'
import { apiClientRoutes } from './api-clients.ts'
import { balanceRoutes } from './balances.ts'
import { financeRoutes } from './finance.ts'
import { invoiceLineRoutes } from './invoice-lines.ts'
import { invoiceRoutes } from './invoices.ts'
import { jobRoutes } from './jobs.ts'
import { limitRoutes } from './limits.ts'
import { mailRoutes } from './mails.ts'
import { operationsRoutes } from './operations.ts'
import { secondFactorRoutes } from './second-factor.ts'
import { usageRoutes } from './usage.ts'

export const ROUTES: readonly Route[] = [
  ...accessRoutes,
  ...secondFactorRoutes,
  ...apiClientRoutes,
  ...accountRoutes,
  ...balanceRoutes,
  ...usageRoutes,
  ...limitRoutes,
  ...invoiceRoutes,
  ...invoiceLineRoutes,
  ...financeRoutes,
  ...mailRoutes,
  ...operationsRoutes,
  ...jobRoutes,
]
