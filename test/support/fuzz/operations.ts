/** A JSON schema, as far as the document uses it. */
export interface Schema {
  type?: string;
  $ref?: string;
  allOf?: Schema[];
  enum?: unknown[];
  format?: string;
  example?: unknown;
  nullable?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Response {
  $ref?: string;
  content?: Record<string, object>;
}

/** The part of an OpenAPI document that requests are made of. */
export interface ApiDocument {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: Parameter[];
        requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
        responses: Record<string, Response>;
      }
    >
  >;
  components?: { schemas?: Record<string, Schema>; responses?: Record<string, Response> };
}

/** One route of the document: what it takes, and the statuses with which it says that it answers. */
export interface Operation {
  /** `POST /account/tokens`. */
  name: string;
  method: string;
  path: string;
  parameters: readonly Parameter[];
  body: Schema | undefined;
  /** Content types by documented status. */
  answers: ReadonlyMap<number, readonly string[]>;
  schemas: Readonly<Record<string, Schema>>;
}

export function operationsOf({ paths, components }: ApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody, responses }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters: parameters ?? [],
      body: requestBody?.content['application/json']?.schema,
      answers: new Map(
        Object.entries(responses).map(([status, { $ref, content }]) => {
          const shared = components?.responses?.[$ref?.split('/').at(-1) ?? ''];
          return [Number(status), Object.keys(content ?? shared?.content ?? {})];
        }),
      ),
      schemas: components?.schemas ?? {},
    })),
  );
}
