FROM node:22-slim
WORKDIR /project
COPY package.json package-lock.json ./
COPY js js
RUN npm ci
COPY examples/containers examples/containers
WORKDIR /project/examples/containers
