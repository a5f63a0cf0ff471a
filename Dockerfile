FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY build.js tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:24-slim
LABEL org.opencontainers.image.title="Entrance" \
      org.opencontainers.image.description="Admin sign-in for Express with Microsoft Entra ID" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000
WORKDIR /app
COPY package.json package-lock.json LICENSE ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY views views
COPY public public
COPY --from=build /app/dist dist

# The files belong to root: what runs can’t change itself.
USER node
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["serve"]
