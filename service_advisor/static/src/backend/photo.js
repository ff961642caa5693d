// Photos of today's phones are larger than anybody needs to see a scratch.
const PHOTO_SIDE = 1600;

/** Return the base64 of the photo in `file`, no side longer than PHOTO_SIDE. */
export async function readPhoto(file) {
    const url = URL.createObjectURL(file);
    try {
        const image = new Image();
        image.src = url;
        await image.decode();
        const scale = Math.min(1, PHOTO_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
        const canvas = document.createElement("canvas");
        canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
        canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        return canvas.toDataURL("image/jpeg", 0.85).split(",")[1];
    } finally {
        URL.revokeObjectURL(url);
    }
}
