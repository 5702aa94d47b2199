// Reads codes with the camera, where the browser can (BarcodeDetector). Elsewhere the phone's own camera does.

const LOOK_EVERY = 250;

export async function scanning(root, found, failed) {
  const button = root.querySelector("[data-scan]");
  const camera = root.querySelector("[data-camera]");
  const formats = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  if (!button || !formats.includes("qr_code") || !navigator.mediaDevices) return;

  const video = camera.querySelector("video");
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let stream = null;
  let former = "";

  async function look() {
    if (!stream) return;
    const [code] = await detector.detect(video).catch(() => []);
    if (code && code.rawValue !== former) found(code.rawValue);
    // The same code is still before the camera: it is read once.
    if (code) former = code.rawValue;
    setTimeout(look, LOOK_EVERY);
  }

  function end() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    camera.hidden = true;
    button.hidden = false;
  }

  button.hidden = false;
  root.querySelector("[data-no-scan]").hidden = true;
  root.querySelector("[data-scan-end]").addEventListener("click", end);
  button.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      failed();
      return;
    }
    former = "";
    video.srcObject = stream;
    camera.hidden = false;
    button.hidden = true;
    await video.play();
    look();
  });
}
