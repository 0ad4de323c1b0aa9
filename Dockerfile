# One image for the application, its command line, and the twins of the sandbox.
FROM node:24-bookworm-slim AS build
WORKDIR /farebox
# `prepare` builds, so it waits for the sources.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY .swcrc tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# What is kept on disk (the spool) goes to /data, the one folder that `node` may write: mount a volume there.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 FAREBOX_HOME=/data
WORKDIR /farebox
COPY --from=build /farebox/node_modules node_modules
COPY --from=build /farebox/dist dist
COPY package.json monetization.yaml ./
COPY migrations migrations
COPY public public
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=5 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/main.js"]
