"""Control pictures as the public ControlNets of SD 1.5 expect them: canny, depth and pose.

What users bring comes from other programs, so each looks like theirs: edges as OpenCV finds them with thresholds
100 and 200, depth from 0 (far) to 1 (near), and OpenPose's skeleton in its colours and order.
"""
import torch
import torch.nn.functional as F

KINDS = ['canny', 'depth', 'pose']
LIMBS = [(1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 0),
         (0, 14), (14, 16), (0, 15), (15, 17)]
"""Pairs of world.KEYPOINTS, in OpenPose's order."""
COLORS = [(255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0), (0, 255, 85),
          (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255),
          (255, 0, 170), (255, 0, 85)]
"""Of the limbs, darkened, and of the key points."""
DARKER, THICKNESS = .6, 4 / 512  # half a limb's width and a key point's radius, as a share of the picture
LOW, HIGH = 100, 200
HEAD_FRAME = {0: (0., 1.), 14: (-.35, .92), 15: (.35, .92), 16: (-1., 0.), 17: (1., 0.)}
"""Where nose, eyes and ears are on the head, to its left and to its front, in radii."""


def seen(heads):
    """Which key points a detector would find, (n, 18); `heads` has cosine and sine of the head's turn in columns 3 and 4."""
    out = torch.ones(len(heads), 18, dtype=torch.bool, device=heads.device)
    cos, sin = heads[:, 3], heads[:, 4]
    for point, (left, front) in HEAD_FRAME.items():
        out[:, point] = sin * left + cos * front > -.15  # towards the viewer, or at the rim
    return out


@torch.no_grad()
def pose(points, shown, size):
    """Skeletons (n, 3, size, size) in 0..1.

    :param points: (n, 18, 2) in pixels; shown: (n, 18)
    """
    n, device = len(points), points.device
    radius = max(1.5, THICKNESS * size)
    axis = torch.arange(size, device=device) + .5
    y, x = torch.meshgrid(axis, axis, indexing='ij')
    out = torch.zeros(n, 3, size, size, device=device)
    colors = torch.tensor(COLORS, device=device) / 255

    def paint(away, color, there):
        inside = (away < radius) & there[:, None, None]
        out.copy_(torch.where(inside[:, None], color[None, :, None, None], out))

    for (a, b), color in zip(LIMBS, colors):
        start, along = points[:, a, :, None, None], (points[:, b] - points[:, a])[:, :, None, None]
        dx, dy = x - start[:, 0], y - start[:, 1]
        t = ((dx * along[:, 0] + dy * along[:, 1]) / (along ** 2).sum(1).clamp(min=1e-6)).clamp(0, 1)
        paint(torch.hypot(dx - t * along[:, 0], dy - t * along[:, 1]), color * DARKER, shown[:, a] & shown[:, b])
    for k, color in enumerate(colors):
        paint(torch.hypot(x - points[:, k, 0, None, None], y - points[:, k, 1, None, None]), color, shown[:, k])
    return out


def depth(values):
    """Depth (n, h, w), 1 = near, stretched to all of 0..1."""
    low, high = values.amin((1, 2), keepdim=True), values.amax((1, 2), keepdim=True)
    return (values - low) / (high - low).clamp(min=1e-3)


@torch.no_grad()
def canny(images, low=LOW, high=HIGH):
    """Edges (n, h, w) of pictures (n, 3, h, w) in 0..1: True or False (Canny 1986, with 3×3 Sobel filters and |dx| + |dy|)."""
    gray = (images * images.new_tensor([.299, .587, .114])[None, :, None, None]).sum(1, keepdim=True) * 255
    sobel = gray.new_tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = F.conv2d(F.pad(gray, (1, 1, 1, 1), mode='replicate'), torch.stack([sobel, sobel.T])[:, None]).unbind(1)
    size = gx.abs() + gy.abs()
    h, w = size.shape[1:]
    around = F.pad(size, (1, 1, 1, 1))

    def neighbour(dy, dx):
        return around[:, 1 + dy:1 + dy + h, 1 + dx:1 + dx + w]

    flat, steep = gy.abs() < gx.abs() * .4142, gy.abs() > gx.abs() * 2.4142  # tan 22.5° and tan 67.5°
    along = gx * gy > 0
    first = torch.where(flat, neighbour(0, -1), torch.where(steep, neighbour(-1, 0), torch.where(along, neighbour(-1, -1), neighbour(-1, 1))))
    second = torch.where(flat, neighbour(0, 1), torch.where(steep, neighbour(1, 0), torch.where(along, neighbour(1, 1), neighbour(1, -1))))
    ridge = (size > first) & (size >= second)
    weak, edges = (ridge & (size > low)).float(), (ridge & (size > high)).float()
    while True:
        grown = F.max_pool2d(edges[:, None], 3, 1, 1)[:, 0] * weak
        if torch.equal(grown, edges):
            return edges.bool()
        edges = torch.maximum(grown, edges)
