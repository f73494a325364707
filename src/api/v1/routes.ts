/** Every route of version 1: what is mounted, described in the OpenAPI document, and tried by the matrix. */
import type { Route } from '../route.ts'
import { accessRoutes } from './access.ts'
import { accountRoutes } from './accounts.ts'
import { invoiceRoutes } from './invoices.ts'
import { limitRoutes } from './limits.ts'
import { operationsRoutes } from './operations.ts'
import { usageRoutes } from './usage.ts'

export const ROUTES: readonly Route[] = [
  ...accessRoutes,
  ...accountRoutes,
  ...usageRoutes,
  ...limitRoutes,
  ...invoiceRoutes,
  ...operationsRoutes,
]
