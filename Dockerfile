# `docker build .` makes the image of the application and its command line, without the emulators.
# `--target sandbox` makes that of docker-compose.yml, which has them and what connects them.
FROM node:24-bookworm-slim AS build
WORKDIR /farebox
# `prepare` builds, so it waits for the sources.
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY application application
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY .swcrc tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && mv dist/sandbox sandbox && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

# Where packages/ is not, npm installs no emulator and nothing that only they need.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /farebox
COPY package.json package-lock.json .npmrc ./
COPY application application
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim AS application
# What is kept on disk (the spool) goes to /data, the one folder that `node` may write: mount a volume there.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 FAREBOX_HOME=/data
WORKDIR /farebox
COPY --from=dependencies /farebox/node_modules node_modules
COPY --from=build /farebox/dist dist
COPY package.json monetization.yaml ./
COPY application application
COPY migrations migrations
COPY public public
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=5 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/main.js"]

FROM application AS sandbox
COPY --from=build /farebox/node_modules node_modules
COPY --from=build /farebox/packages packages
COPY --from=build /farebox/sandbox dist/sandbox

# The last one is built where no target is named.
FROM application
