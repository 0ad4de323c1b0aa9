import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { API_VERSION } from './platform/http/api-version.js';
import { ProblemBody } from './platform/http/api-problem.decorator.js';
import { documentCommonProblems } from './platform/http/common-problems.js';

/** The OpenAPI document of the application's routes: the same for every deployment. */
export function createApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Farebox')
    .setDescription(
      'Register, get a token, call the paid endpoints. Errors are RFC 9457 `application/problem+json`; every response carries `x-request-id`.',
    )
    .setVersion(API_VERSION)
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The `jwt` from POST /register.',
    })
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN: for the routes under /admin.' },
      'operator',
    )
    .build();
  return documentCommonProblems(SwaggerModule.createDocument(app, config, { extraModels: [ProblemBody] }));
}

/** `/docs` (Swagger UI, with Authorize) and `/openapi.json`. */
export function serveApiDocument(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  // Swagger UI has inline style and script; everything else of the policy stays strict.
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (request.url.startsWith('/docs')) {
      void reply.header(
        'content-security-policy',
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
      );
      void reply.header('x-content-type-options', 'nosniff');
    }
    return payload;
  });
  SwaggerModule.setup('docs', app, () => createApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Farebox API',
    swaggerOptions: { persistAuthorization: false, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
