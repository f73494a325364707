/**
 * A route of the API as data: what it takes, what it answers, which right it asks for, and how the
 * answer is found. The OpenAPI document, the checks of what comes in and the matrix of who may do what
 * are made of it. What runs gets no store: it can only `ask` use cases, which are asked as the caller.
 */
import type { z } from 'zod'
import type { Caller } from '../app/caller.ts'
import type { Desk } from '../app/desk.ts'
import type { Right } from '../identity/rights.ts'

/** Runs a use case as the caller. */
export type Ask = <Result, Wish extends readonly unknown[]>(
  useCase: (desk: Desk, ...wish: Wish) => Result,
  ...wish: Wish
) => Result

export interface Asking<Params, Query, Body> {
  readonly ask: Ask
  readonly caller: Caller
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Where people reach this door. */
  readonly siteUrl: string
  /** Ends when the client has gone. */
  readonly signal: AbortSignal
}

export type Method = 'get' | 'post' | 'put' | 'delete'

/** What is sent as it is made, such as a file: chunks of text or bytes. */
export interface Sent {
  readonly contentType: string
  /** As which file a browser keeps it. */
  readonly fileName?: string
  readonly chunks: AsyncIterable<string | Uint8Array>
}

interface RouteParts<Params, Query, Body> {
  readonly method: Method
  /** Below /api/v1, with `{name}` for parameters. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  /** What it asks for; `anybody` is whoever is signed in. Use cases ask again, for whose data it is. */
  readonly right: Right | 'anybody'
  /** Only for those who reach the whole installation. */
  readonly isOfOperator?: true
  /** Takes a secret that could be guessed: who was wrong too often waits, as at sign-in. */
  readonly isTry?: true
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
}

export interface JsonRoute<Params, Query, Body, Answer> extends RouteParts<Params, Query, Body> {
  readonly answer: z.ZodType<unknown, Answer>
  /** 200 where nothing is said. */
  readonly status?: 200 | 201 | 202
  /** The answer tells a secret, this once: it is kept for an `Idempotency-Key` so that nobody else reads it. */
  readonly answersSecret?: true
  run(asking: Asking<Params, Query, Body>): Promise<Answer> | Answer
}

export interface SendingRoute<Params, Query, Body> extends RouteParts<Params, Query, Body> {
  readonly contentTypes: readonly string[]
  send(asking: Asking<Params, Query, Body>): Promise<Sent> | Sent
}

/** Any of them, when it is mounted: what came in was checked by its own schemas. */
export type Route =
  | (Omit<JsonRoute<unknown, unknown, unknown, unknown>, 'run'> & {
      run(asking: Asking<unknown, unknown, unknown>): unknown
    })
  | SendingRoute<unknown, unknown, unknown>

/** Types what runs by the schemas beside it. */
export function jsonRoute<Params, Query, Body, Answer>(
  route: JsonRoute<Params, Query, Body, Answer>,
): Route {
  return route
}

export function sendingRoute<Params, Query, Body>(route: SendingRoute<Params, Query, Body>): Route {
  return route
}
