// Written by `make openapi`.
export const LIMITS = {
  fileBytes: 10485760,
  filePixels: 50000000,
  storyFiles: 50,
  publicationFileBytes: 5242880,
  publicationImages: 4,
  premiumPublicationImages: 8,
  captionLength: 2000,
  minSide: 64,
  maxSide: 2048,
  maxSteps: 150,
  maxCfgScale: 30,
};
