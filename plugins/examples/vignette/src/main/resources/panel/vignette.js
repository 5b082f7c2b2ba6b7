/** Draws what the values do. */
export function mount(root, panel) {
  const canvas = root.querySelector('canvas');
  canvas.style.width = '100%';
  const context = canvas.getContext('2d');
  const draw = ({strength, radius}) => {
    const {width, height} = canvas;
    const corner = Math.hypot(width, height) / 2;
    const shade = context.createRadialGradient(0, 0, corner * radius, 0, 0, corner);
    shade.addColorStop(0, 'rgb(0 0 0 / 0)');
    shade.addColorStop(1, `rgb(0 0 0 / ${strength})`);
    context.resetTransform();
    context.fillStyle = '#f4f2ee';
    context.fillRect(0, 0, width, height);
    context.translate(width / 2, height / 2);
    context.fillStyle = shade;
    context.fillRect(-width / 2, -height / 2, width, height);
  };
  panel.onValues(draw);
  draw(panel.values);
}
